/** What the audit's operations answer. */

import type { Text } from '@/shared/api/problem'

export interface Actor {
  id: string
  name: string
  roles: string[]
  masked: boolean
  patient_id: string | null
}

export interface AuditLine {
  id: string
  at: string
  actor: Actor
  subject: { id: string; name: string } | null
  action: string
  action_name: Text
  thing: string
  thing_name: Text
  thing_id: string | null
  visit_id: string | null
  purpose: string
  purpose_name: Text
  address: string
  device: string
  detail: Record<string, unknown>
  sealed: boolean
}

export interface Choice {
  code: string
  name: Text
}

export interface AuditWords {
  actions: Choice[]
  purposes: Choice[]
  reasons: Choice[]
}

export interface FoundPerson {
  kind: 'staff' | 'patient'
  id: string
  name: string
  roles: string[]
  account_id: string | null
}

export interface Why {
  reason: string
  reference: string
}

export interface Fault {
  kind: string
  chain: number
  position: number | null
  line_id: string | null
}

export interface AuditCheck {
  id: string
  asked_by: string
  asked_at: string
  state: 'asked' | 'done' | 'failed'
  walked: number
  total: number
  finished_at: string | null
  sealed: number
  waiting: number
  anchors: number
  faults: number
  first_faults: Fault[]
}

export interface Chains {
  tips: { chain: number; position: number; hash: string }[]
  sealed: number
  waiting: number
  waiting_since: string | null
  anchor: number
  anchored_at: string | null
  key_id: string
  checks: AuditCheck[]
}

export interface DisputePackage {
  id: string
  consultation_id: string
  asked_by: string
  asked_at: string
  reason: Text
  reference: string
  state: 'asked' | 'ready' | 'failed' | 'gone'
  ready_at: string | null
  expires_at: string | null
  bytes: number
  files: number
  left_out: number
  lines: number
  sha256: string
}
