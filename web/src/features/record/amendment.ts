/** Amendments not signed yet, one per account and visit: looking at another patient drops no word, and a reload neither. */
import { effectScope, reactive, watch } from 'vue'

import { complete, type RecordFields } from './draft'
import { keepAmendment, keptAmendment, owner } from './keeping'

export interface Amendment {
  fields: RecordFields
  reason: string
}

const SAVE_AFTER_MS = 300
const kept = reactive(new Map<string, Amendment>())
const following = new Map<string, () => void>()

const keyOf = (visit: string): string => `${owner()} ${visit}`

export const hasAmendment = (visit: string): boolean => kept.has(keyOf(visit))

function follow(visit: string, amendment: Amendment): void {
  const of = owner()
  const scope = effectScope(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  scope.run(() =>
    watch(amendment, () => {
      clearTimeout(timer)
      timer = setTimeout(() => void keepAmendment(visit, of, amendment), SAVE_AFTER_MS)
    }),
  )
  following.set(keyOf(visit), () => {
    clearTimeout(timer)
    scope.stop()
  })
}

export function openAmendment(visit: string, from: RecordFields, reason = ''): Amendment {
  const key = keyOf(visit)
  const had = kept.get(key)
  if (had) return had
  kept.set(key, { fields: complete(from), reason })
  const made = kept.get(key)
  if (!made) throw new Error('an amendment that was just kept is gone')
  follow(visit, made)
  return made
}

/** What an earlier page left; true when there is something to go on with. */
export async function restoreAmendment(visit: string): Promise<boolean> {
  if (hasAmendment(visit)) return true
  const of = owner()
  const found = await keptAmendment(visit)
  if (owner() !== of) return false
  if (found && !hasAmendment(visit)) openAmendment(visit, found.fields, found.reason)
  return hasAmendment(visit)
}

export function dropAmendment(visit: string): void {
  const key = keyOf(visit)
  following.get(key)?.()
  following.delete(key)
  kept.delete(key)
  void keepAmendment(visit, owner(), null)
}
