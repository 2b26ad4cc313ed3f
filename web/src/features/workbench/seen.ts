/** Up to which message this doctor has read each visit, kept in this browser. */
import { reactive } from 'vue'

const PREFIX = 'xinglin.seen.'
const kept = reactive(new Map<string, number>())

export function seenUpTo(visit: string): number {
  const known = kept.get(visit)
  if (known !== undefined) return known
  const stored = Number(localStorage.getItem(PREFIX + visit) ?? '0')
  const found = Number.isFinite(stored) ? stored : 0
  kept.set(visit, found)
  return found
}

export function markSeen(visit: string, seq: number): void {
  if (seq <= seenUpTo(visit)) return
  kept.set(visit, seq)
  localStorage.setItem(PREFIX + visit, String(seq))
}

export function forgetSeen(visit: string): void {
  kept.delete(visit)
  localStorage.removeItem(PREFIX + visit)
}
