/** The shapes the patient's pages read, by the names the house uses. */

import type { Text } from './problem'

export interface Person {
  id: string
  name: string
  sex: string
  birth_date: string
  age_text: Text
  relation: string
  id_number_masked: string
  is_minor: boolean
  synthetic: boolean
}

export interface ConsentStatus {
  kind: string
  required_version: string
  given_version: string | null
  withdrawn: boolean
  min_seconds: number
  text: Text
}

export interface Me {
  patients: Person[]
  consent: ConsentStatus
}

export interface Access {
  at: string
  who: { name: Text; role: Text; hospital: Text | null }
  own: boolean
  action: { code: string } & Text
  purpose: Text
  thing: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface RedFlag {
  id: string
  text: Text
  advice: Text
  source: string
}

export interface Question {
  link_id: string
  type: 'choice' | 'text' | 'boolean' | 'multi'
  text: Text
  required: boolean
  options: { code: string; text: Text }[]
  enabled_when?: { question: string; answer: unknown } | null
  prefilled?: boolean
}

export type Answer = string | string[] | boolean
export type Answers = Record<string, Answer>

export interface Intake {
  id: string
  patient_id: string
  complaint: string
  outcome: 'emergency' | 'interview' | 'ready'
  red_flags: RedFlag[]
  emergency: { number: string; text: Text } | null
  suggestion: { department: string; name: Text; sure: boolean; why: Text } | null
  questions: Question[]
  answers: Answers
}

export interface DepartmentOnDuty {
  slug: string
  name: Text
  doctors_on_duty: number
  waiting: number
}

export interface Place {
  state: string
  place: number | null
  ahead: number | null
  doctors_on_duty: number
  estimate_s: number | null
  text: Text
}

export type VisitState = 'waiting' | 'nobody' | 'left_message' | 'active' | 'ended' | 'cancelled'

export interface Doctor {
  id: string
  name: Text
  title: Text
  hospital: Text
  synthetic: boolean
}

/** A visit as lists show it. */
export interface VisitLine {
  id: string
  state: VisitState
  ending: string | null
  ending_text: Text | null
  kind: string
  kind_text: Text
  may_prescribe: boolean
  department: { slug: string; name: Text }
  urgency: number
  complaint: string
  requested_at: string
  accepted_at: string | null
  first_reply_at: string | null
  ended_at: string | null
  due_at: string | null
  due_step: string
  patient: {
    id: string
    name: string
    sex: string
    age_text: Text
    relation: string
    synthetic: boolean
    is_minor: boolean
    allergies: string | null
  }
  doctor: Doctor | null
  last_seq: number
  may: string[]
  record: { signed_version: number | null }
  returned: number
}

/** What policy said about the kind of this visit. */
export interface KindRule {
  rule_id: string
  source: string
  text: Text
  instead: Text
}

export interface Told {
  question: Text
  answer: Text
}

export interface Visit extends VisitLine {
  kind_rules: KindRule[]
  intake: { complaint: string; summary: Told[]; picture_ids: string[] }
  stopped: Stopped | null
  rating: Rated | null
}

export interface Rated {
  score: number
  tags: string[]
  comment: string
}

export interface Stopped {
  reason: Text
  advice: string
  where: string
  urgency: Text
}

export interface RecordFields {
  chief_complaint: string
  present_illness: string
  past_history: string
  allergy: string
  findings: string
  diagnoses: { code: string; name_zh: string; name_en?: string | null }[]
  advice: string
}

export interface Version {
  version: number
  fields: RecordFields
  reason: string
  signed_at: string
  doctor: Doctor
  signature: { algorithm: string; key_id: string; sha256: string; value: string }
}

export interface Summary {
  visit: VisitLine
  version: Version
  versions: number
  verified: boolean
}

export interface Tag {
  code: string
  text: Text
}

export interface RatingTags {
  good: Tag[]
  bad: Tag[]
}
