/** Hours and texts change, and a start without a line went by what was heard last: who is here, and what this browser is, are asked anew. */

import type { Router } from 'vue-router'

import { assumed, loadSession, useSession } from '@/shared/api/session'
import { endSession, owesSignOut, settleSignOut } from '@/shared/site/owed'
import { isStationStale, loadStation, station, stationAssumed } from '@/shared/site/station'
import { useSiteStore } from '@/shared/site/store'

import { mayHelp } from './router'

const { account, known } = useSession()
const { opened } = useSiteStore()

export const isToBeAsked = (): boolean => isStationStale() || owesSignOut()

const standing = (): string => JSON.stringify([account.value?.id, known.value, assumed.value, owesSignOut(), stationAssumed.value, station.value?.state])

/** The old station stays until there is a new one. Raises: ApiProblem. `isWriting`: what is written down can be kept, so the door comes after it. */
export async function askAnew(router: Router, isWriting: () => boolean): Promise<void> {
  const [before, wasAssumed] = [standing(), assumed.value]
  if (!(await settleSignOut())) return
  let mine = await loadSession()
  if (mine && wasAssumed && opened.value && opened.value.staff !== mine.id) {
    // Another assistant has shown by the password that it is them: the session is of whoever was here before.
    await endSession()
    mine = await loadSession()
  }
  if (mayHelp(mine)) await loadStation()
  if (standing() === before || (!mine && isWriting())) return
  const { path, query, hash } = router.currentRoute.value
  // Else the router takes it for the same and asks no guard.
  await router.replace({ path, query, hash, force: true })
}
