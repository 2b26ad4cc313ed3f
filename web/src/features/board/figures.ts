/** The board's figures and how they are read. */
import type { Text } from '@/shared/api/problem'

/** From here on a wait is shown as one that hurts. */
export const OLDEST_HURTS_S = 600
/** Older figures are no longer called live. */
export const STALE_AFTER_MS = 10_000

/** What happened from the beginning of a day until this hour of it. */
export interface DayFigures {
  asked: number
  served: number
  given_up: number
  first_reply_p50_s: number | null
  first_reply_p90_s: number | null
  offers_made: number
  offers_accepted: number
  offers_refused: number
  offers_lapsed: number
}

export interface Figures {
  waiting: number
  left_messages: number
  oldest_wait_s: number | null
  offers_out: number
  due_soon: number
  on_duty: number
  unreachable: number
  paused: number
  free_doctors: number
  free_slots: number
  active: number
  today: DayFigures
  last_week: DayFigures
}

export interface DepartmentFigures extends Figures {
  department: { slug: string; name: Text }
  /** The switch "spare" is on: minor return visits do not go back to experts. */
  spared: { since: string; by: Text } | null
}

/** Urgency first, then arrival, in a lasting overload: of these departments, which may be all. */
export interface StrictNow {
  since: string
  is_whole: boolean
  departments: { slug: string; name: Text }[]
  leave_percent: number
  leave_after_s: number
}

export interface BoardAnswer {
  at: string
  /** Null while priority accumulates, as usual. */
  strict: StrictNow | null
  totals: Figures
  departments: DepartmentFigures[]
}

/** `names`: of the departments; null when it is all of them. */
export function strictWords(strict: StrictNow, say: (text: Text) => string): { names: string[] | null; percent: number; minutes: number } {
  const names = strict.is_whole ? null : strict.departments.map((one) => say(one.name))
  return { names, percent: strict.leave_percent, minutes: Math.max(1, Math.round(strict.leave_after_s / 60)) }
}

/** The wait goes on between two answers. */
export function waitNow(oldest: number | null, readAt: number, now: number): number | null {
  return oldest === null ? null : oldest + Math.max(0, now - readAt) / 1000
}

export const isBusy = (row: DepartmentFigures): boolean => row.waiting > 0 || row.active > 0 || row.on_duty > 0 || row.left_messages > 0 || row.due_soon > 0

/** Longest wait first; then who waits at all, then who works, in the house's order otherwise. */
export function byNeed(rows: readonly DepartmentFigures[]): DepartmentFigures[] {
  return [...rows].sort(
    (a, b) => (b.oldest_wait_s ?? -1) - (a.oldest_wait_s ?? -1) || b.waiting - a.waiting || b.left_messages - a.left_messages || b.active - a.active || b.on_duty - a.on_duty,
  )
}

/** Of the offers that doctors answered or let lapse, those accepted; null of none. */
export function acceptRate(day: DayFigures): number | null {
  return share(day.offers_accepted, day.offers_accepted + day.offers_refused + day.offers_lapsed)
}

/** In whole percent; null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 100) : null
}

export type Freshness = 'live' | 'stale' | 'offline'

export function freshness(isOffline: boolean, ageMs: number): Freshness {
  if (isOffline) return 'offline'
  return ageMs > STALE_AFTER_MS ? 'stale' : 'live'
}
