/** Opening hours as they are edited: a week of spans, some of them over midnight. Pure. */
import { DAYS, type Day, type Hours, type Span } from './types'

export type Week = Record<Day, Span[]>
export type Fault = 'unfinished' | 'overlap'

const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES
const END_OF_DAY = '24:00'

/** "08:30" -> 510; NaN when it is no time of day. */
export function minutes(clock: string): number {
  const told = /^(\d{1,2}):(\d{2})/.exec(clock)
  return told ? Number(told[1]) * 60 + Number(told[2]) : NaN
}

/** Each day with its spans, as clocks show them: the end of the day is "00:00". */
export function weekOf(hours: Hours): Week {
  const shown = (clock: string): string => (clock === END_OF_DAY ? '00:00' : clock)
  return Object.fromEntries(DAYS.map((day) => [day, (hours[day] ?? []).map(([from, until]): Span => [from, shown(until)])])) as Week
}

/** As the house keeps them, in order; days without a span are left out. */
export function hoursOf(week: Week): Hours {
  const kept = DAYS.filter((day) => week[day].length > 0)
  const written = ([from, until]: Span): Span => [from, until === '00:00' ? END_OF_DAY : until]
  return Object.fromEntries(kept.map((day) => [day, [...week[day]].sort((a, b) => minutes(a[0]) - minutes(b[0])).map(written)]))
}

export const isOverMidnight = ([from, until]: Span): boolean => until !== '00:00' && minutes(until) <= minutes(from)
export const isWholeDay = ([from, until]: Span): boolean => from === '00:00' && until === '00:00'

function lengthOf([from, until]: Span): number {
  const end = until === '00:00' ? DAY_MINUTES : minutes(until)
  return end > minutes(from) ? end - minutes(from) : end + DAY_MINUTES - minutes(from)
}

/** Of the week; an unfinished span counts nothing. */
export function openMinutes(week: Week): number {
  return DAYS.flatMap((day) => week[day]).reduce((sum, span) => sum + (lengthOf(span) || 0), 0)
}

interface Stretch {
  day: Day
  index: number
  start: number
  end: number
}

function stretches(week: Week): Stretch[] {
  return DAYS.flatMap((day, at) =>
    week[day].map((span, index) => {
      const start = at * DAY_MINUTES + minutes(span[0])
      return { day, index, start, end: start + lengthOf(span) }
    }),
  )
}

/** What is wrong with which span, by "mon 0"; the night of Sunday runs into Monday. */
export function faults(week: Week): Map<string, Fault> {
  const wrong = new Map<string, Fault>()
  const all = stretches(week)
  for (const one of all) if (Number.isNaN(one.end)) wrong.set(`${one.day} ${one.index}`, 'unfinished')
  const whole = all.filter((one) => !Number.isNaN(one.end))
  for (const one of whole) {
    const isHit = whole.some((other) => other !== one && [0, WEEK_MINUTES, -WEEK_MINUTES].some((by) => other.start + by < one.end && one.start < other.end + by))
    if (isHit) wrong.set(`${one.day} ${one.index}`, 'overlap')
  }
  return wrong
}

/** The next span to offer on a day: after the last one, until the evening. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = spans.at(-1)
  if (!last) return ['08:00', '20:00']
  return [last[1] === '00:00' || isOverMidnight(last) ? '' : last[1], '']
}

export const copied = (week: Week, from: Day, to: readonly Day[]): Week => ({ ...week, ...Object.fromEntries(to.map((day) => [day, week[from].map((span): Span => [...span])])) })
