/** What passes between doctors about a visit, and the doctor's team. */
import type { Text } from '@/shared/api/problem'

export interface Doctor {
  id: string
  name: Text
  title: Text
  hospital: Text
  synthetic: boolean
}

export interface DepartmentRef {
  slug: string
  name: Text
}

/** What is read here of a visit. */
export interface VisitSeen {
  id: string
  state: string
  department: DepartmentRef
  may: string[]
}

/** Of the list of doctors. */
export interface Transfer {
  id: string
  from_doctor: Doctor
  from_department: DepartmentRef
  to_department: DepartmentRef
  to_doctor: Doctor | null
  note: string
  at: string
}

export interface QuestionOfVisit {
  id: string
  asker: Doctor
  colleague: Doctor
  question: string
  with_identity: boolean
  pictures: number
  state: 'asked' | 'answered' | 'lapsed' | 'withdrawn'
  asked_at: string
  due_at: string | null
  answer: string | null
  answered_at: string | null
  may_withdraw: boolean
}

export interface QuestionLine {
  id: string
  asker: Doctor
  question: string
  with_identity: boolean
  state: 'asked' | 'answered'
  asked_at: string
  due_at: string | null
  answered_at: string | null
  readable_until: string | null
  patient: { name: string; sex: string; age_text: Text }
  complaint: string
}

export interface Given {
  patient: { name: string; sex: string; age_text: Text }
  department: DepartmentRef
  kind: string
  kind_text: Text
  complaint: string
  allergies: string | null
  summary: { question: Text; answer: Text }[]
  messages: { sender: string; text: string; at: string }[]
  record: Record<string, unknown>
}

export interface Question extends QuestionLine {
  given: Given
  picture_ids: string[]
  answer: string | null
}

export interface Team {
  is_on: boolean
  members: { id: string; name: string; added_at: string }[]
  free: { id: string; name: string }[]
  most: number
}

export interface AssistedLine {
  id: string
  patient: { name: string; sex: string; age_text: Text; synthetic: boolean }
  department: DepartmentRef
  complaint: string
  accepted_at: string | null
  waits_since: string | null
  last_seq: number
}

export interface Assisting {
  lead: Doctor | null
  team_of: Text | null
  items: AssistedLine[]
}

export interface Assisted extends AssistedLine {
  allergies: string | null
  summary: { question: Text; answer: Text }[]
  me: { name: string; lead: Text }
}

export interface Page<T> {
  items: T[]
  next: string | null
}
