/** What the record reads from the server. */
import type { Consulted } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'
import type { SiteTold } from '@/shared/site/told/told'

import type { FieldName, RecordFields } from './draft'

export interface Signature {
  algorithm: string
  key_id: string
  sha256: string
  value: string
}

export interface Version {
  version: number
  fields: RecordFields
  /** Null in records of before it was kept. */
  asked_by: { role: 'self' | 'guardian' | 'proxy'; relation: Text } | null
  /** Colleagues who were asked, signed with the record. */
  consulted: Consulted[]
  /** Where the patient sat and what was measured there until then. */
  site?: SiteTold | null
  reason: string
  signed_at: string
  doctor: { name: Text; title?: Text | null }
  signature: Signature
}

export interface Draft {
  fields: Partial<RecordFields>
  prefilled: FieldName[]
  /** As a template wrote them. */
  templated: FieldName[]
  /** What templates left to be filled in, by element: while it stands there nothing is signed. */
  blanks: Partial<Record<FieldName, string[]>>
  revision: number
  saved_at: string | null
}

export interface RecordAnswer {
  draft: Draft
  version: Version | null
}

/** For what stands beside the draft and writes several elements at once. */
export interface Tools {
  fields: RecordFields
  edit: (fields: RecordFields) => void
  /** The revision that holds all that was written so far; null when it cannot be saved now. */
  settle: () => Promise<number | null>
  /** What the server has written by itself. */
  take: (answer: RecordAnswer) => void
}
