/** Which sites the table shows, and in which order. Pure. */
import type { SiteFigures, SiteState, SitesBoard } from './types'

export const STATES = ['silent', 'no_device', 'open', 'closed'] as const satisfies readonly SiteState[]
export const COLUMNS = ['need', 'name', 'waiting', 'in_visit', 'registered', 'doctor', 'terminal', 'uptime', 'pending', 'faults'] as const
export type Column = (typeof COLUMNS)[number]

export const isColumn = (word: string): word is Column => (COLUMNS as readonly string[]).includes(word)
export const isState = (word: string): word is SiteState => (STATES as readonly string[]).includes(word)

/** Older figures are no longer called live: two answers have been missed. */
const STALE_AFTER_MS = 25_000
export type Freshness = 'live' | 'stale' | 'offline'

export function freshness(isOffline: boolean, ageMs: number): Freshness {
  if (isOffline) return 'offline'
  return ageMs > STALE_AFTER_MS ? 'stale' : 'live'
}

export const faulty = (site: SiteFigures): number => site.devices.filter((one) => !one.is_ok).length
const silentFor = (site: SiteFigures): number => (site.silent_since ? -Date.parse(site.silent_since) : -Infinity)

const VALUES: Record<Exclude<Column, 'need' | 'name'>, (site: SiteFigures) => number | null> = {
  waiting: (site) => site.waiting,
  in_visit: (site) => site.in_visit,
  registered: (site) => site.registered,
  doctor: (site) => site.wait_doctor_p90_s,
  terminal: (site) => site.wait_terminal_p50_s,
  uptime: (site) => site.uptime,
  pending: (site) => site.pending,
  faults: faulty,
}

/** Silent first, the longest on top; then who has no device, who waits longest, what was not sent, whose devices have faults; the closed last. */
function byNeed(a: SiteFigures, b: SiteFigures): number {
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    (a.state === 'silent' ? silentFor(b) - silentFor(a) : 0) ||
    (b.oldest_wait_s ?? -1) - (a.oldest_wait_s ?? -1) ||
    b.pending - a.pending ||
    faulty(b) - faulty(a)
  )
}

/** `column` with a minus before it: the other way round. What is not known stands last either way. */
export function sorted(sites: readonly SiteFigures[], order: string, say: (site: SiteFigures) => string, locale: string): SiteFigures[] {
  const column = order.replace(/^-/, '')
  const sign = order.startsWith('-') ? -1 : 1
  const collator = new Intl.Collator(locale === 'zh' ? 'zh-CN' : 'en', { numeric: true })
  const byName = (a: SiteFigures, b: SiteFigures): number => collator.compare(say(a), say(b)) || a.code.localeCompare(b.code)
  if (!isColumn(column) || column === 'need') return [...sites].sort((a, b) => byNeed(a, b) || byName(a, b))
  if (column === 'name') return [...sites].sort((a, b) => sign * byName(a, b))
  const value = VALUES[column]
  return [...sites].sort((a, b) => compare(value(a), value(b), sign) || byName(a, b))
}

/** Most first; `sign` -1: least first. */
function compare(a: number | null, b: number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return sign * (b - a)
}

/** The order a press on the column's head leads to: its own, then the other way, then as needed again. */
export function turned(order: string, column: Column): string {
  if (order === column) return `-${column}`
  return order === `-${column}` ? '' : column
}

/** By any words in name, code, county and city, or the beginning of the division. */
export function found(sites: readonly SiteFigures[], words: string, state: string): SiteFigures[] {
  const asked = words.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const of = isState(state) ? sites.filter((site) => site.state === state) : [...sites]
  if (!asked.length) return of
  return of.filter((site) => {
    const places = [site.name, site.county?.name, site.county?.city].map((one) => (one ? `${one.zh} ${one.en}` : ''))
    const told = `${places.join(' ')} ${site.code}`.toLowerCase()
    return asked.every((word) => told.includes(word) || site.division.startsWith(word))
  })
}

export const silent = (board: SitesBoard | undefined): SiteFigures[] => (board?.items ?? []).filter((site) => site.state === 'silent').sort((a, b) => silentFor(b) - silentFor(a))

export const counted = (sites: readonly SiteFigures[], state: SiteState): number => sites.filter((site) => site.state === state).length
