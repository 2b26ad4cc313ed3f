/** The tab's title calls silently: it blinks while a patient calls or an offer waits, else it counts what is unread. */
import { onScopeDispose, watchEffect, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { useNow } from '@/shared/time/useNow'

export function useTitle(offers: Ref<number>, unread: Ref<number>, isRung: Ref<boolean>): void {
  const { t } = useI18n({ useScope: 'global' })
  const now = useNow(1000)
  const plain = () => `${t('workbench.title')} · ${t('staff.product')}`
  watchEffect(() => {
    const isBlink = Math.floor(now.value / 1000) % 2 === 0
    if (isRung.value && isBlink) document.title = `☎ ${t('workbench.title_call')}`
    else if (offers.value > 0 && isBlink) document.title = `● ${t('workbench.title_offer')} (${offers.value})`
    else if (unread.value > 0) document.title = `(${unread.value}) ${plain()}`
    else document.title = plain()
  })
  onScopeDispose(() => (document.title = t('staff.product')))
}
