/** Leaving the counter: the person signs out, the browser stays the site's. */

import { allauth } from '@/shared/api/allauth'
import { forgetSession } from '@/shared/api/session'
import { line } from '@/shared/live/line'
import { forgetStation } from '@/shared/site/station'
import { useSiteStore } from '@/shared/site/store'

/** With the line down the server cannot be told; this browser forgets in any case, and the session ends by itself. */
export async function signOut(): Promise<void> {
  line.stop()
  await allauth.signOut().catch(() => forgetSession())
  forgetStation()
  await useSiteStore().lock()
}
