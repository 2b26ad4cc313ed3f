import type { Doctor, VisitLine } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'
import type { By } from '@/shared/guests/types'

export interface Head {
  id: string
  patient: { id: string; name: string }
  department: { slug: string; name: Text }
  doctor: Doctor | null
  state: string
  requested_at: string
}

export interface Facets {
  years: number[]
  departments: { slug: string; name: Text }[]
  total: number
}

export interface VisitsPage {
  items: VisitLine[]
  next: string | null
  facets: Facets | null
}

export interface RecordLine {
  visit: Head
  version: number
  signed_at: string
  signed_by: Text
  chief_complaint: string
  diagnoses: { code: string; zh: string; en: string }[]
  advice: string
}

/** `path`: below the API. */
export interface HistoryFile {
  visit: Head
  seq: number
  kind: 'picture' | 'voice' | 'document'
  path: string
  name: string
  width: number | null
  height: number | null
  milliseconds: number | null
  pages: number | null
  bytes: number | null
  sender: 'patient' | 'doctor'
  by: By | null
  at: string
}

export interface Chosen {
  patient: string
  department: string
  year: string
  state: string
}
