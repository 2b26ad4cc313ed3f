/** The screen has just come into a patient's hand: what another may have left, as after a crash, goes first; and the page speaks their language. */

import { useLocale } from '@/shared/i18n'
import type { ScreenOut } from '@/shared/site/types'
import { holdFor, isHeldFor, rememberLocaleOfStaff, wipeScreen } from '@/features/sitescreen/wipe'

export function useFresh(): (screen: ScreenOut) => Promise<void> {
  const { choose } = useLocale()
  return async ({ walk_in_id, locale }) => {
    if (isHeldFor(walk_in_id)) return
    await wipeScreen()
    rememberLocaleOfStaff()
    holdFor(walk_in_id)
    choose(locale.startsWith('en') ? 'en' : 'zh')
  }
}
