/** In which words a visit is left: told from how it ended. Pure. */

import type { Visit } from '@/shared/api/contract'
import type { Text } from '@/shared/api/problem'
import type { Message } from '@/shared/live/protocol'

/** `own`: the patient called it off; `unseen`: something else did; `cut`: ended past the doctor; `sent_on`: to be seen elsewhere. */
export type Farewell = 'own' | 'unseen' | 'cut' | 'sent_on' | 'done'

const OF_ENDING: Readonly<Record<string, Farewell>> = { cancelled_by_patient: 'own', stopped: 'sent_on', closed: 'done' }

export function farewellOf({ state, ending }: Pick<Visit, 'state' | 'ending'>): Farewell {
  return OF_ENDING[ending ?? ''] ?? (state === 'cancelled' ? 'unseen' : 'cut')
}

export const CLOSED_BY_HOUSE = 'closed_by_house'

/** The house's reason, as the conversation's last card has it. Null: no such card. */
export function toldOnCard(messages: readonly Pick<Message, 'kind' | 'body'>[]): Text | null {
  const text = messages.findLast(({ kind, body }) => kind === 'card' && body['ending'] === CLOSED_BY_HOUSE)?.body.text
  return typeof text === 'object' ? text : null
}
