/** Amendments not signed yet, one per visit: looking at another patient drops no word. */
import { reactive } from 'vue'

import { complete, type RecordFields } from './draft'

export interface Amendment {
  fields: RecordFields
  reason: string
}

const kept = reactive(new Map<string, Amendment>())

export const hasAmendment = (visit: string): boolean => kept.has(visit)

export function openAmendment(visit: string, from: RecordFields): Amendment {
  if (!kept.has(visit)) kept.set(visit, { fields: complete(from), reason: '' })
  const found = kept.get(visit)
  if (!found) throw new Error('an amendment that was just kept is gone')
  return found
}

export function dropAmendment(visit: string): void {
  kept.delete(visit)
}
