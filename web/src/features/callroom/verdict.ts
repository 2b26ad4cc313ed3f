/** The line in words: whose fault it is matters, since only one of the two can do something about it. */
import type { CallOut, RoomState } from '@/shared/call/types'

export type Told = 'good' | 'fair' | 'poor' | 'down' | 'own_down' | 'unknown' | 'waiting'

/** `state`: of this page; null while it is not in the call. */
export function verdictOf(call: Pick<CallOut, 'clock_ms' | 'clock_running_since'>, state: Pick<RoomState, 'phase' | 'verdict' | 'lineUp'> | null): Told {
  if (!state) return 'unknown'
  // Without a line to the house nothing is known of the other side.
  if (!state.lineUp) return state.phase === 'joining' ? 'unknown' : 'own_down'
  if (state.phase === 'joining') return call.clock_ms > 0 ? 'unknown' : 'waiting'
  if (state.phase === 'broken') return 'down'
  return state.verdict
}
