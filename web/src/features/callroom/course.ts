/** What is told of a call that is over: how the line was, and where it was down. */
import type { PastCall } from './types'

export type Grade = 'good' | 'fair' | 'poor'

/** Loss as the engine grades it while the call goes on. */
const FAIR_LOSS = 2
const POOR_LOSS = 8
const FAIR_RTT_MS = 300
const POOR_RTT_MS = 600

/** Null: nothing was measured. */
export function gradeOf(quality: Pick<PastCall['quality'], 'loss_p50' | 'rtt_p50' | 'reports'>): Grade | null {
  if (!quality.reports || (quality.loss_p50 === null && quality.rtt_p50 === null)) return null
  const loss = quality.loss_p50 ?? 0
  const rtt = quality.rtt_p50 ?? 0
  if (loss > POOR_LOSS || rtt > POOR_RTT_MS) return 'poor'
  return loss > FAIR_LOSS || rtt > FAIR_RTT_MS ? 'fair' : 'good'
}

export interface Gap {
  since: string
  until: string
  seconds: number
}

/** Those one would notice: a blink of the line is no gap. */
export function gapsOf(call: Pick<PastCall, 'gaps'>): Gap[] {
  return call.gaps.map((gap) => ({ ...gap, seconds: (Date.parse(gap.until) - Date.parse(gap.since)) / 1000 })).filter((gap) => gap.seconds >= 1)
}

export const lost = (gaps: readonly Gap[]): number => gaps.reduce((sum, gap) => sum + gap.seconds, 0)
