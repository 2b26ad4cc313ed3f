/** A call that is over, in plain words: how long the line was up, and when it was not. Pure. */

import { gapsOf, lost } from '@/shared/call/gaps'
import type { PastCall } from '@/shared/call/types'

export function lengthOf(call: Pick<PastCall, 'clock_ms' | 'gaps'>): { seconds: number; gaps: number; downSeconds: number } {
  const gaps = gapsOf(call)
  return { seconds: Math.round(call.clock_ms / 1000), gaps: gaps.length, downSeconds: Math.round(lost(gaps)) }
}
