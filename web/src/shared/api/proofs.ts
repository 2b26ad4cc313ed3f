/** Papers of earlier diagnoses, as the server tells them. */
import type { Doctor, Term } from './contract'
import type { Text } from './problem'

/** What a form about earlier diagnoses can say. */
export interface ProofTerms {
  kinds: Term[]
  reasons: Term[]
  most_files: number
  most_shown: number
}

export interface DiagnosisName {
  code: string
  name_zh: string
  name_en: string
}

export interface Judgement {
  id: string
  consultation_id: string
  number: number
  outcome: 'accepted' | 'not_accepted'
  diagnoses: DiagnosisName[]
  reason: string
  reason_text: Text | null
  words: string
  doctor: Doctor
  judged_at: string
  evidence: string
  kind: string
  may_prescribe: boolean
  rule_ids: string[]
}

export type ProofState = 'kept' | 'waiting' | 'accepted' | 'not_accepted' | 'withdrawn'

/** A paper of an earlier diagnosis. The code is empty where the patient used own words. */
export interface Proof {
  id: string
  patient_id: string
  kind: string
  kind_text: Text
  diagnosis: DiagnosisName
  hospital: string
  issued_on: string
  is_old: boolean
  files: { id: string; kind: string }[]
  added_at: string
  withdrawn_at: string | null
  state: ProofState
  last: Judgement | null
}

/** A proof as it stands in one visit; the judgements made there, newest first. */
export interface VisitProof extends Proof {
  judgements: Judgement[]
  may: string[]
}
