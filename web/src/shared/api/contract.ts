/** The shapes the patient's pages read, by the names the house uses. */

import type { SiteTold } from '../site/told/told'
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
  needs_consent: boolean
  proxy: Proxy
  guardian: string | null
}

/** Whether an adult relative has agreed to be asked for. */
export interface Proxy {
  state: 'none' | 'waiting' | 'given' | 'refused' | 'withdrawn' | 'expired'
  phone_masked: string
  asked_at: string | null
  expires_at: string | null
  since: string | null
}

/** What the relative reads behind the link; names are masked. */
export interface ProxyQuestion {
  asker: string
  asker_is: Text
  patient: string
  version: string
  text: Text
  status: Proxy
}

export interface Export {
  id: string
  state: 'asked' | 'ready' | 'failed' | 'gone'
  asked_at: string
  ready_at: string | null
  expires_at: string | null
  bytes: number
  files: number
  left_out: number
}

/** What stands against closing the account, and what is kept how long by which rule. */
export interface Closing {
  phone_masked: string
  objections: Text[]
  kept: { thing: 'record' | 'chat' | 'audit'; until: string | null; rules: KindRule[] }[]
}

/** Who asked for the patient, as it was then. `relation`: to the patient. */
export interface AskedBy {
  role: 'self' | 'guardian' | 'proxy'
  relation: Text
  name: string
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
  type: 'choice' | 'text' | 'boolean' | 'multi' | 'number'
  text: Text
  required: boolean
  options: { code: string; text: Text }[]
  enabled_when?: { question: string; answer: unknown } | null
  /** Questions of one group stand on one screen, under this title. */
  group?: Text | null
  unit?: string
  least?: number | null
  most?: number | null
  prefilled?: boolean
}

export type Answer = string | string[] | boolean | number
export type Answers = Record<string, Answer>

export interface Urgency {
  level: 'in_person_today' | 'online_soon' | 'online_routine' | 'self_care' | 'emergency'
  text: Text
  advice: Text
  reasons: { rule: string; text: Text; source: string; status: string }[]
}

export interface Intake {
  id: string
  patient_id: string
  complaint: string
  outcome: 'emergency' | 'interview' | 'ready'
  red_flags: RedFlag[]
  emergency: { number: string; text: Text; crisis: boolean; lines: { number: string; name: Text; source: string; verified: boolean }[] } | null
  /** That we could not read it, and whom to call. */
  notice: Text | null
  suggestion: { department: string; name: Text; sure: boolean; why: Text; ranked: { department: string; name: Text; probability: number }[] } | null
  /** When all is answered: how urgent it is, and why. */
  urgency: Urgency | null
  interview: Text
  /** Whether a clinician has approved the questions. */
  checked: boolean
  questions: Question[]
  answers: Answers
}

/** By its BCP 47 code. */
export interface Language {
  code: string
  name: Text
}

export interface DepartmentOnDuty {
  slug: string
  name: Text
  doctors_on_duty: number
  waiting: number
  /** That a patient may ask for, with how many on duty speak it; the one of the house is none of them. */
  languages: (Language & { doctors: number })[]
}

export interface Place {
  state: string
  place: number | null
  ahead: number | null
  doctors_on_duty: number
  estimate_s: number | null
  /** Eight of ten wait between these. */
  low_s: number | null
  high_s: number | null
  text: Text
  /** Why the doctor who is asked, or has the visit, was chosen. */
  why: Text | null
}

export type VisitState = 'waiting' | 'nobody' | 'left_message' | 'active' | 'ended' | 'cancelled'

export interface Doctor {
  id: string
  name: Text
  title: Text
  hospital: Text
  synthetic: boolean
}

export interface NextFree {
  state: 'now' | 'busy' | 'full' | 'off' | 'never'
  at: string | null
  text: Text
}

/** A doctor as found; every number is computed by the server. */
export interface DoctorCard {
  id: string
  name: Text
  title: Text
  title_code: string
  hospital: Text
  grade: Text | null
  departments: { slug: string; name: Text }[]
  good_at: Text | null
  full_time: boolean
  synthetic: boolean
  score: number | null
  ratings: number
  patients: number
  visits: number
  accept_s: number | null
  accepts: number
  price_fen: number
  price: Text
  is_on_duty: boolean
  is_online: boolean
  named_a_day: number
  named_left: number
  next_free: NextFree
  languages: Language[]
}

export interface DoctorsFound extends Page<DoctorCard> {
  languages: Language[]
  department: { slug: string; name: Text } | null
  order: Text
}

export interface DoctorPage extends DoctorCard {
  scores: number[] | null
  how: Record<'score' | 'patients' | 'accept' | 'price' | 'online' | 'order', Text>
}

/** A visit as lists show it. */
export interface VisitLine {
  id: string
  state: VisitState
  ending: string | null
  ending_text: Text | null
  ended_for: Text | null
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
  asked_by: AskedBy
  doctor: Doctor | null
  named_doctor: Doctor | null
  /** That the patient asked for. */
  language: Language | null
  channel: 'text' | 'audio' | 'video'
  /** A call rings or is open, and the deadlines stand still. */
  in_call_since: string | null
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
  last_word: string
  rating: Rated | null
}

export interface Rated {
  score: number
  tags: string[]
  comment: string
}

export type Went = 'went' | 'booked' | 'not_yet' | 'will_not'

/** `clinical`: to the doctor who sees the patient there; empty for the patient. */
export interface Stopped {
  reason: Text
  advice: string
  hospital: string
  department: string
  booking_url: string
  urgency: Text
  clinical: string
  asked_at: string | null
  seen_at: string | null
  answer: { went: Went; text: Text; words: string; at: string } | null
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

export interface Consulted {
  doctor: { name: Text; title?: Text | null }
  question: string
  answer: string
  answered_at: string
}

export interface Version {
  version: number
  fields: RecordFields
  /** Null in records of before it was kept. */
  asked_by: { role: AskedBy['role']; relation: Text } | null
  /** Colleagues who were asked, signed with the record; not in what a device kept of before. */
  consulted?: Consulted[]
  /** Where the patient sat and what was measured there; likewise. */
  site?: SiteTold | null
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

export interface Term {
  code: string
  text: Text
}
