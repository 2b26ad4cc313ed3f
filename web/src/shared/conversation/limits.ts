/** What is left of a thread, and whether it is so little that it must be seen. */

import type { Limits } from '../live/protocol'

const FEW_TURNS = 3
const SHORT_S = 3600

export interface Left {
  /** Null: not limited. */
  turns: number | null
  seconds: number | null
  isLow: boolean
}

/** Null when the thread is over, or nobody has said: then there is nothing to count. */
export function leftOf(limits: Limits | null, now: number): Left | null {
  if (!limits?.is_open) return null
  const turns = limits.max_turns === null ? null : Math.max(0, limits.max_turns - limits.turns)
  const seconds = limits.closes_at === null ? null : Math.max(0, Math.round((Date.parse(limits.closes_at) - now) / 1000))
  // Before anybody has taken the visit there is no end in sight, and nothing to tell.
  if (seconds === null) return null
  const isLow = (turns !== null && turns <= FEW_TURNS) || seconds <= SHORT_S
  return { turns, seconds, isLow }
}
