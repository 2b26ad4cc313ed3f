import type { Doctor } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'

/** [from, to) in characters, as people count them: not in UTF-16. */
export type Mark = [number, number]

export interface Head {
  id: string
  patient: { id: string; name: string }
  department: { slug: string; name: Text }
  doctor: Doctor | null
  requested_at: string
}

export interface FoundMessage {
  visit: Head
  seq: number
  sender: 'patient' | 'doctor'
  by: { name: string; relation: string } | null
  at: string
  excerpt: string
  marks: Mark[]
}

export interface FoundRecord {
  visit: Head
  signed_version: number | null
  part: string
  excerpt: string
  marks: Mark[]
}

export interface FoundDoctor {
  doctor: Doctor
  visits: number
  last_visit: string
  marks: { zh: Mark[]; en: Mark[] }
}

export interface FoundFile {
  visit: Head
  seq: number
  name: string
  at: string
  marks: Mark[]
}

export interface Found<T> {
  items: T[]
  next: string | null
}

export interface Answer {
  query: string
  messages: Found<FoundMessage> | null
  records: Found<FoundRecord> | null
  doctors: Found<FoundDoctor> | null
  files: Found<FoundFile> | null
}

export type Group = 'messages' | 'records' | 'doctors' | 'files'
