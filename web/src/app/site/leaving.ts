/** Leaving the counter: the person signs out, the browser stays the site's. */

import { allauth } from '@/shared/api/allauth'
import { forgetSession } from '@/shared/api/session'
import { line } from '@/shared/live/line'
import { oweSignOut, signOutHeard } from '@/shared/site/owed'
import { forgetStation } from '@/shared/site/station'
import { useSiteStore } from '@/shared/site/store'

/** With the line down this browser forgets in any case, and the house is told before anything else is asked of it. */
export async function signOut(): Promise<void> {
  line.stop()
  oweSignOut()
  await allauth.signOut().then(signOutHeard, forgetSession)
  forgetStation()
  await useSiteStore().lock()
}
