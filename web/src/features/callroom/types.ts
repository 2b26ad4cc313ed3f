/** What the staff's side reads of calls, beyond what both sides share. */
import type { Text } from '@/shared/api/problem'
import type { CallOut, Channel, Verdict } from '@/shared/call/types'

export interface Still {
  id: string
  call_id: string
  file_id: string
  seq: number
  at: string
}

/** Of the visit, for whoever is in the call and cannot read it; nothing of the patient for an observer. */
export interface About {
  doctor: Text
  department: Text
  patient: Text | null
  sex: string
  age_text: Text | null
}

export interface Invited {
  id: string
  call_id: string
  doctor: Text
  department: Text
  patient: Text
  sex: string
  age_text: Text
  channel: Channel
  invited_at: string
}

/** `recording`: lost, where one was agreed on and no page records. */
export interface Observable {
  id: string
  department: Text
  doctor: Text
  channel: Channel
  since: string
  verdict: Verdict
  recording: 'off' | 'asked' | 'on' | 'refused' | 'lost'
  people: number
}

export interface PastPerson {
  person: string
  role: CallOut['people'][number]['role']
  name: Text
  /** Null: invited, and did not come. */
  joined_at: string | null
}

export interface PastCall {
  id: string
  channel: Channel
  state: CallOut['state']
  asked_by: 'patient' | 'doctor'
  asked_at: string
  answered_at: string | null
  ended_at: string | null
  ending: string | null
  ending_text: Text | null
  promised_ms: number
  clock_ms: number
  /** Ended by the doctor before a third was given (C03). */
  cut_short: boolean
  gaps: { since: string; until: string }[]
  quality: { connect_ms: number | null; reconnects: number; rtt_p50: number | null; loss_p50: number | null; loss_worst: number | null; audio_only_ms: number; reports: number }
  people: PastPerson[]
  stills: Still[]
  recording: CallOut['recording']
}

export interface Colleague {
  id: string
  name: Text
  title: Text
  departments: { slug: string; name: Text }[]
  is_on_duty: boolean
}

/** What is kept of a call; its id is the call's. */
export interface Card {
  id: string
  state: 'keeping' | 'making' | 'made' | 'failed'
  /** Of a failed one. */
  why: Text | null
  milliseconds: number
  zero_at: string | null
  made_at: string | null
  gaps: { since: string; until: string }[]
  /** Null: not checked now. */
  holds?: boolean | null
  kept_until?: string | null
  may_play?: boolean
}
