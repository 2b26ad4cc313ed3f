/** When the line of a call was down. Pure. */

import type { CallGap } from './types'

export interface Gap extends CallGap {
  seconds: number
}

/** A shorter one is a blink: the line came back by itself, before a page would have built it anew (`peer.ts`). Both sides are told of the same. */
const WORTH_TELLING_S = 3

export function gapsOf(call: { gaps: readonly CallGap[] }): Gap[] {
  return call.gaps.map((gap) => ({ ...gap, seconds: (Date.parse(gap.until) - Date.parse(gap.since)) / 1000 })).filter((gap) => gap.seconds >= WORTH_TELLING_S)
}

export const lost = (gaps: readonly Gap[]): number => gaps.reduce((sum, gap) => sum + gap.seconds, 0)
