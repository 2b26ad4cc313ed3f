/** Why one cannot write now, although the visit goes on; null while one can. */

import type { Shown } from '../live/ledger'
import type { Left } from './limits'
import { isAssistants } from './replies'

export type Closed = 'no_time' | 'no_turns'

/** The last turn is open until the other side answers: whoever is in the middle of it may go on. */
export function closedBy(left: Left | null, messages: readonly Shown[]): Closed | null {
  if (left?.seconds === 0) return 'no_time'
  if (left?.turns !== 0) return null
  const last = messages.findLast((message) => message.sender !== 'system' && message.kind !== 'card' && !isAssistants(message))
  return last?.sender === 'patient' ? null : 'no_turns'
}
