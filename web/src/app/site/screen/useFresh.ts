/** A new patient at this device: what another may have left, as after a crash, goes first; and the page speaks their language. */

import { useLocale } from '@/shared/i18n'
import type { ScreenOut } from '@/shared/site/types'
import { rememberLocaleOfStaff, wipeScreen } from '@/features/sitescreen/wipe'

/** An id, which says nothing of anybody. */
const HOLDER = 'xinglin.site.holder'

export function useFresh(): (screen: ScreenOut) => Promise<void> {
  const { choose } = useLocale()
  return async ({ walk_in_id, locale }) => {
    if (localStorage.getItem(HOLDER) === walk_in_id) return
    await wipeScreen()
    rememberLocaleOfStaff()
    localStorage.setItem(HOLDER, walk_in_id)
    choose(locale.startsWith('en') ? 'en' : 'zh')
  }
}
