/** What is told of a call that is over: how the line was. */
import { gradeOf, type Grade } from '@/shared/call/quality'

import type { PastCall } from './types'

/** Null: nothing was measured. */
export function gradeOfPast({ reports, loss_p50: loss, rtt_p50: rtt }: Pick<PastCall['quality'], 'loss_p50' | 'rtt_p50' | 'reports'>): Grade | null {
  return !reports || (loss === null && rtt === null) ? null : gradeOf({ loss, rtt })
}
