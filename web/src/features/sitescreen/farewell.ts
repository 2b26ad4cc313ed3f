/** In which words a visit is left: told from how it ended. Pure. */

import type { Visit } from '@/shared/api/contract'

/** `own`: the patient called it off; `unseen`: something else did; `cut`: ended past the doctor; `sent_on`: to be seen elsewhere. */
export type Farewell = 'own' | 'unseen' | 'cut' | 'sent_on' | 'done'

const OF_ENDING: Readonly<Record<string, Farewell>> = { cancelled_by_patient: 'own', stopped: 'sent_on', closed: 'done' }

export function farewellOf({ state, ending }: Pick<Visit, 'state' | 'ending'>): Farewell {
  return OF_ENDING[ending ?? ''] ?? (state === 'cancelled' ? 'unseen' : 'cut')
}
