/** How a medicine is taken, in one line. */
import { useI18n } from 'vue-i18n'

import { useSay } from '@/shared/i18n'
import { useAmount } from '@/shared/medicines/amount'

import type { ProposedItem, Terms } from './types'

export function useUse(terms: () => Terms): (item: ProposedItem) => string {
  const { t } = useI18n({ useScope: 'global' })
  const say = useSay()
  const amount = useAmount()
  const named = (all: readonly { code: string; text: { zh: string; en: string } }[], code: string): string => say(all.find((one) => one.code === code)?.text) || code
  return (item) => {
    const unit = terms().units.find((one) => one.code === item.dose_unit)?.text
    return t('prescribing.use', { dose: amount(item.dose, item.dose_unit, unit), route: named(item.routes, item.route), frequency: named(terms().frequencies, item.frequency), days: item.days }, item.days)
  }
}
