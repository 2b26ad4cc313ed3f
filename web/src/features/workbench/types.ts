/** What the workbench reads from the server. */
import type { Text } from '@/shared/api/problem'

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
}

export interface Waiting {
  consultation_id: string
  department: { slug: string; name: Text }
  complaint: string
  urgency: number
  waited_s: number
  returned: number
  left_message: boolean
}

export interface Duty {
  on_since: string | null
  capacity: number
  reserved: number
  away_until: string | null
  off_reason: Text | null
  usual_capacity: number
  most: number
}

export interface Answer {
  question: Text
  answer: Text
}

export interface Visit {
  id: string
  state: string
  ending: string | null
  kind: string
  kind_text: Text
  department: { slug: string; name: Text }
  urgency: number
  complaint: string
  requested_at: string
  accepted_at: string | null
  ended_at: string | null
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
  intake: { complaint: string; summary: Answer[]; picture_ids: string[] }
  last_seq: number
  may: string[]
  record: { signed_version: number | null }
  returned: number
}

export interface Page<T> {
  items: T[]
  next: string | null
}
