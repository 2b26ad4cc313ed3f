/** The line in words: whose fault it is matters, since only one of the two can do something about it. */
import type { RoomState } from '@/shared/call/types'

export type Told = 'good' | 'fair' | 'poor' | 'down' | 'own_down' | 'unknown'

/** `state`: of this page; null while it is not in the call. */
export function verdictOf(state: Pick<RoomState, 'phase' | 'verdict' | 'lineUp'> | null): Told {
  if (!state || state.phase === 'joining') return 'unknown'
  // Without a line to the house nothing is known of the other side.
  if (!state.lineUp) return 'own_down'
  if (state.phase === 'broken') return 'down'
  return state.verdict
}
