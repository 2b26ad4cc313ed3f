/** Whether a value is believed, by the table that the house has sent: without a line, too, a wrong number is said while the patient sits there. */

import { useI18n } from 'vue-i18n'

import { useLocale, useSay } from '@/shared/i18n'
import type { Limit, ReadingForm } from '@/shared/site/types'

import { signOf } from './vitals'

export interface Doubt {
  what: 'impossible' | 'unlikely'
  limit: Limit
  value: number
  /** In which the same numbers would be likely. */
  other: string | null
}

type Told = Pick<ReadingForm, 'kind' | 'values'> & { unit: string }

function canonical(limit: Limit, value: number, unit: string): number | null {
  const way = limit.units.find((one) => one.unit === unit)
  return way ? Number((value * way.factor + way.offset).toFixed(limit.decimals)) : null
}
const isWithin = (value: number, [least, most]: readonly [number, number]): boolean => least <= value && value <= most

function isLikely(limits: readonly Limit[], told: Told, unit: string): boolean {
  return limits.every((limit) => {
    const value = canonical(limit, told.values[limit.part] ?? NaN, unit)
    return value !== null && isWithin(value, limit.unlikely)
  })
}

/** The first doubt; null when it is believed, or the table does not know the measure: the house has the last word. */
export function doubtOf(table: readonly Limit[], told: Told): Doubt | null {
  const limits = table.filter((limit) => limit.kind === told.kind)
  for (const limit of limits) {
    const value = canonical(limit, told.values[limit.part] ?? NaN, told.unit)
    if (value === null || isWithin(value, limit.unlikely)) continue
    const what = isWithin(value, limit.impossible) ? 'unlikely' : 'impossible'
    const other = limit.units.map(({ unit }) => unit).find((unit) => unit !== told.unit && isLikely(limits, told, unit)) ?? null
    return { what, limit, value, other }
  }
  return null
}

export function useDoubtText(): (doubt: Doubt) => string {
  const { t } = useI18n({ useScope: 'global' })
  const say = useSay()
  const { locale } = useLocale()
  const nameOf = (unit: string): string => signOf(unit) ?? t(`site.units.${unit === '/min' ? 'per_minute' : unit}`)

  return ({ what, limit, value, other }) => {
    const [low, high] = limit[what]
    const said = t(`site.doubt.${what}`, { what: say(limit.name), value, low, high, unit: nameOf(limit.unit) })
    return other ? said + (locale.value === 'zh' ? '' : ' ') + t('site.doubt.other', { unit: nameOf(other) }) : said
  }
}
