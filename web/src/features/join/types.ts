import type { Doctor } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'

export interface Invitation {
  hospital: Text
  invited_by: 'patient' | 'doctor'
  name: string
  relation: string
  relation_text: Text
  may_write: boolean
  sees_earlier: boolean
  expires_at: string
  agreement: Text
}

export interface GuestRoom {
  consultation_id: string
  state: string
  department: { slug: string; name: Text }
  patient_name: string
  synthetic: boolean
  doctor: Doctor | null
  me: { id: string; name: string; relation: string; relation_text: Text }
  may_write: boolean
  sees_from: number
  last_seq: number
  until: string
}

export interface Made {
  id: string
  path: string
  expires_at: string
}

export interface Wanted {
  visit: string
  relation: string
  name: string
  sees_earlier: boolean
  may_write: boolean
  phone: string
}
