/** Whether an ending now would be one before a third of what was promised (C03). The house decides; this only asks first. */
import type { CallOut } from '@/shared/call/types'
import { elapsedMs } from '@/shared/call/useCall'

export const thirdOf = (promisedMs: number): number => promisedMs / 3

/** `now`: of the house. */
export function isEarly(call: Pick<CallOut, 'state' | 'promised_ms' | 'clock_ms' | 'clock_running_since'>, now: number): boolean {
  return call.state === 'open' && call.promised_ms > 0 && elapsedMs(call, now) < thirdOf(call.promised_ms)
}
