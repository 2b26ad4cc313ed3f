/** Where on the bar of a player something is missing. */
import type { Card } from './types'

export interface Mark {
  /** Shares of the whole, 0..1. */
  from: number
  width: number
  seconds: number
  /** In the file. */
  at: number
}

/** Gaps are told by the house's time; the file begins at `zero_at`. What lies outside of it is not on the bar. */
export function marksOf(card: Pick<Card, 'gaps' | 'zero_at' | 'milliseconds'>): Mark[] {
  if (!card.zero_at || card.milliseconds <= 0) return []
  const zero = Date.parse(card.zero_at)
  return card.gaps.flatMap((gap) => {
    const from = Math.max(0, Date.parse(gap.since) - zero)
    const to = Math.min(card.milliseconds, Date.parse(gap.until) - zero)
    if (to <= from) return []
    return [{ from: from / card.milliseconds, width: (to - from) / card.milliseconds, seconds: (to - from) / 1000, at: from / 1000 }]
  })
}

/** The gap that is being played over, if any: then it is silent for a reason. */
export const gapAt = (marks: readonly Mark[], seconds: number): Mark | null => marks.find((mark) => seconds >= mark.at && seconds < mark.at + mark.seconds) ?? null
