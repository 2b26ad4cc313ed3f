/** Where on the bar of a player something is missing. */
import type { Kept } from './types'

export interface Mark {
  /** Shares of the whole, 0..1. */
  from: number
  width: number
  seconds: number
  /** In the file. */
  at: number
}

/** What lies outside of the file is not on the bar. */
export function marksOf({ gaps, length_ms: length }: Pick<Kept, 'gaps' | 'length_ms'>): Mark[] {
  if (length <= 0) return []
  return gaps.flatMap((gap) => {
    const from = Math.max(0, gap.from_ms)
    const to = Math.min(length, gap.to_ms)
    if (to <= from) return []
    return [{ from: from / length, width: (to - from) / length, seconds: (to - from) / 1000, at: from / 1000 }]
  })
}

/** The gap that is being played over, if any: then it is silent for a reason. */
export const gapAt = (marks: readonly Mark[], seconds: number): Mark | null => marks.find((mark) => seconds >= mark.at && seconds < mark.at + mark.seconds) ?? null
