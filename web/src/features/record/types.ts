/** What the record reads from the server. */
import type { Text } from '@/shared/api/problem'

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
  reason: string
  signed_at: string
  doctor: { name: Text; title?: Text | null }
  signature: Signature
}

export interface Draft {
  fields: Partial<RecordFields>
  prefilled: FieldName[]
  revision: number
  saved_at: string | null
}

export interface RecordAnswer {
  draft: Draft
  version: Version | null
}
