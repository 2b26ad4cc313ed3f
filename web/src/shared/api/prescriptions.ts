/** What doctor, pharmacist and patient read of a prescription, by the names the house uses. */

import type { Doctor } from './contract'
import type { Refusal, Text } from './problem'

export type RxState =
  | 'draft'
  | 'signed_by_doctor'
  | 'claimed'
  | 'escalated'
  | 'returned'
  | 'refused'
  | 'effective'
  | 'dispensed'
  | 'expired'
  | 'voided'
  | 'discarded'

/** `medicines`: generic names of what was signed; none of a draft. */
export interface RxRow {
  id: string
  consultation_id: string
  patient_id: string
  state: RxState
  state_text: Text
  state_since: string
  sheet: string
  sheet_text: Text
  version: number
  begun_at: string
  signed_at: string | null
  effective_at: string | null
  expires_at: string | null
  valid_days: number
  doctor: Doctor
  medicines: Text[]
}

export interface Choice {
  code: string
  text: Text
}

export interface RxItem {
  product_id: string
  name: Text
  strength: string
  dose: string
  dose_unit: string
  dose_unit_text: Text | null
  route: string
  route_text: Text | null
  frequency: string
  frequency_text: Text | null
  days: number
  doses: number | null
  quantity: number
  quantity_unit: string
  quantity_unit_text: Text | null
}

export type Level = 'block' | 'warn' | 'caution' | 'info'

/** `items`: places on the sheet, from 0; medicines taken already follow them. */
export interface Hit {
  id: string
  kind: string
  level: Level
  rule: string
  items: number[]
  text: Text
  instead: Text
  source: { id: string; title: Text; date: string; status: string }
  original: string
  /** Where the allergy that it rests on was told; absent in reports of before this was kept. */
  told_in?: Text[]
}

/** What was told of allergies, in the same words everywhere that it stands. `words` null: not asked there. */
export interface AllergyAnswer {
  words: string | null
  state: 'some' | 'none' | 'unknown' | 'unasked'
  told_in: Text[]
}

export interface Gap {
  kind: string
  item: number
  why: Text
}

/** `unknown`: names that were not recognised. `no_data`: no facts here. `not_told`: the case lacks what they ask for. */
export interface SafetyReport {
  hits: Hit[]
  unknown: string[]
  no_data: Gap[]
  not_told: Gap[]
}

export interface RxVersion {
  number: number
  diagnoses: { code: string; name_zh: string; name_en: string }[]
  items: RxItem[]
  /** On which the report was made; empty for the patient. */
  allergies_checked: AllergyAnswer[]
  patient_facts: Record<string, string | boolean>
  written_on: string
  /** Null for the patient. */
  report: SafetyReport | null
  overrides: { hit: string; reason: string }[]
  consent: SignedConsent | null
  signed_at: string
  signature: { algorithm: string; key_id: string; sha256: string; value: string }
  verified: boolean
}

/** `passed_on`: by the first of two, which is no approval. */
export interface RxReview {
  outcome: 'approved' | 'passed_on' | 'returned' | 'refused'
  reason: string
  reason_text: Text | null
  /** To the doctor; empty for the patient. */
  words: string
  reviewed_at: string
  pharmacist: Text
  verified: boolean
}

/** `making`: it is effective, and its paper is on the way. `delayed`: it was tried some times, and is tried on. */
export interface RxDocument {
  state: 'making' | 'delayed' | 'ready'
  made_at: string | null
  bytes: number
  sha256: string
}

export interface RxStep {
  step: string
  text: Text
  to_state: RxState
  at: string
}

/** `may`: the steps that the reader could take now. */
export interface Rx<Draft = unknown> extends RxRow {
  revision: number
  /** Null where none were written. `left`: after the ticket that is shown now. */
  repeats?: { allowed: number; left: number; opens_on: string | null } | null
  may: string[]
  draft: Draft | null
  signed: RxVersion | null
  /** Of the first pharmacist, where two are asked for. */
  first_review: RxReview | null
  review: RxReview | null
  document: RxDocument | null
  steps: RxStep[]
}

/** A patient's signature on a long supply; part of what the doctor signed. `role`: self, guardian or proxy. */
export interface SignedConsent {
  role: string
  signed_at: string
  verified: boolean
}

export type ConsentState = 'none' | 'asked' | 'signed' | 'declined' | 'withdrawn' | 'changed' | 'lapsed' | 'expired' | 'used' | 'closed'

/** What stands of the patient's consent beside the draft. */
export interface ConsentBeside {
  is_needed: boolean
  may_ask: boolean
  state: ConsentState
  state_text: Text
  asked_at: string | null
  due_at: string | null
  answered_at: string | null
  role: string
}

export interface Checked {
  report: SafetyReport
  /** On which it was made. */
  allergies: AllergyAnswer[]
  /** Hits that want a reason. */
  to_answer: string[]
  refusals: Refusal[]
  notes: Refusal[]
  consent?: ConsentBeside
}

/** Of the patient, between the doctor's question and signature. */
export const CONSENT_EVENTS: readonly string[] = ['PatientConsentAsked', 'PatientConsentAnswered']

export const RX_EVENTS: readonly string[] = [
  'PrescriptionBegun',
  'PrescriptionDiscarded',
  'PrescriptionSigned',
  'PrescriptionClaimed',
  'PrescriptionUnclaimed',
  'PrescriptionEscalated',
  'PrescriptionApproved',
  'PrescriptionPassedOn',
  'PrescriptionDocumentMade',
  'PrescriptionReturned',
  'PrescriptionRefused',
  'PrescriptionVoided',
  'PrescriptionDispensed',
  'PrescriptionExpired',
]
