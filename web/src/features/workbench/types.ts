/** What the workbench reads from the server. */
import type { AskedBy, Language, Stopped } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'
import type { Wish } from '@/shared/call/types'
import type { SiteTold } from '@/shared/site/told/told'

export interface Offer {
  id: string
  consultation_id: string
  department: { slug: string; name: Text }
  patient: { sex: string; age_text: Text }
  complaint: string
  urgency: number
  waited_s: number
  expires_at: string
  returned: number
  why: Text | null
  /** That the patient asks for. */
  language: Language | null
  /** How the patient would like to be seen. */
  channel: Wish
  /** The drugstore or clinic where the patient sits; null: none. */
  site: Text | null
}

export interface Waiting {
  consultation_id: string
  department: { slug: string; name: Text }
  complaint: string
  urgency: number
  waited_s: number
  returned: number
  left_message: boolean
  language: Language | null
  site: Text | null
}

export interface Duty {
  on_since: string | null
  capacity: number
  reserved: number
  away_until: string | null
  off_reason: Text | null
  usual_capacity: number
  most: number
  named_a_day: number
  most_named_a_day: number
  named_today: number
  back_at: string | null
  paused_at: string | null
  missed: number
  slowed: number
  slowed_text: Text | null
  full_time: boolean
  windows: Window[]
  ends_at: string | null
}

/** The way by face: whether the hospital has it, and what a doctor agrees to before it. */
export interface FaceWay {
  available: boolean
  agreed: boolean
  version: string
  text: Text | null
}

export interface FaceCheck {
  outcome: 'yes' | 'no' | 'unsure' | 'unanswered'
  text: Text
  checked_at: string | null
  valid_until: string | null
}

/** `day`: Monday is 0. */
export interface Window {
  day: number
  start: string
  end: string
}

export interface Answer {
  question: Text
  answer: Text
}

/** What was told before, and what a program made of it; `findings`: how the words were understood. */
export interface Intake {
  complaint: string
  summary: Answer[]
  picture_ids: string[]
  about: Text | null
  urgency: { level: string; text: Text }
  reasons: { rule: string; text: Text; source: string; status: string }[]
  findings: { concept: string; name: Text; says: string; whose: string; when: string; words: string }[]
  contradictions: Text[]
}

export interface Visit {
  id: string
  state: string
  ending: string | null
  ended_for: Text | null
  stopped?: Stopped | null
  kind: string
  kind_text: Text
  /** How the patient would like to be seen. */
  channel: Wish
  department: { slug: string; name: Text }
  urgency: number
  complaint: string
  requested_at: string
  accepted_at: string | null
  ended_at: string | null
  /** A call rings or is open: until it has ended nothing of the visit runs out. */
  in_call_since: string | null
  due_at: string | null
  due_step: string
  closes_at: string | null
  patient: {
    id: string
    name: string
    sex: string
    age_text: Text
    relation: string
    synthetic: boolean
    allergies: string | null
    is_minor: boolean
  }
  asked_by: AskedBy
  intake: Intake
  /** Where the patient sits, of a visit from a drugstore or a village clinic. */
  site?: SiteTold | null
  last_seq: number
  may: string[]
  record: { signed_version: number | null; needed: boolean }
  returned: number
}

export interface Page<T> {
  items: T[]
  next: string | null
}
