/** A call that is over, in plain words: how long the line was up, and when it was not. Pure. */

export interface Past {
  clock_ms: number
  gaps: readonly { since: string; until: string }[]
}

/** A blink of the line is no news to anybody. */
const WORTH_TELLING_S = 3

export function lengthOf(call: Past): { seconds: number; gaps: number; downSeconds: number } {
  const lengths = call.gaps.map(({ since, until }) => (Date.parse(until) - Date.parse(since)) / 1000).filter((s) => s >= WORTH_TELLING_S)
  return { seconds: Math.round(call.clock_ms / 1000), gaps: lengths.length, downSeconds: Math.round(lengths.reduce((sum, s) => sum + s, 0)) }
}
