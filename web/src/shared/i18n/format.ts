/** Times and waits, as people say them. */

import { useI18n } from 'vue-i18n'

import { useLocale } from './index'

const MINUTE = 60
const HOUR = 3600
const DAY_MS = 86_400_000

export interface Formats {
  clock: (iso: string) => string
  /** Yesterday, today and tomorrow by name, else the date; always with the time. */
  moment: (iso: string, now?: Date) => string
  date: (iso: string) => string
  /** "45 s", "12 min", "1 h 5 min". */
  wait: (seconds: number) => string
  sex: (code: string | null | undefined) => string
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

export function useFormats(): Formats {
  const { t } = useI18n({ useScope: 'global' })
  const { locale } = useLocale()
  const tag = (): string => (locale.value === 'zh' ? 'zh-CN' : 'en-GB')
  const clock = (iso: string): string =>
    new Intl.DateTimeFormat(tag(), { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(iso))
  const date = (iso: string): string =>
    new Intl.DateTimeFormat(tag(), { year: 'numeric', month: 'short', day: 'numeric' }).format(new Date(iso))

  function moment(iso: string, now = new Date()): string {
    const days = Math.round((startOfDay(now) - startOfDay(new Date(iso))) / DAY_MS)
    if (days === 0) return t('format.today', { time: clock(iso) })
    if (days === 1) return t('format.yesterday', { time: clock(iso) })
    if (days === -1) return t('format.tomorrow', { time: clock(iso) })
    return `${date(iso)} ${clock(iso)}`
  }

  function wait(seconds: number): string {
    const s = Math.max(0, Math.round(seconds))
    if (s < MINUTE) return t('format.seconds', { n: s })
    const minutes = Math.round(s / MINUTE)
    if (s < HOUR) return t('format.minutes', { n: minutes })
    const h = Math.floor(minutes / MINUTE)
    const m = minutes % MINUTE
    return m === 0 ? t('format.hours', { n: h }) : t('format.hours_minutes', { h, m })
  }

  function sex(code: string | null | undefined): string {
    const c = (code ?? '').toLowerCase()
    if (c === 'm' || c === 'male' || c === '1') return t('format.male')
    if (c === 'f' || c === 'female' || c === '2') return t('format.female')
    return t('format.unknown')
  }

  return { clock, moment, date, wait, sex }
}
