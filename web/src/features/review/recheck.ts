/** What the safety check says now, held against what it said when the doctor signed. Pure. */
import type { Hit, Level, Report, Signed } from './api'

const LEVELS: readonly Level[] = ['block', 'warn', 'caution', 'info']
/** Of these the house lets nothing pass that the doctor has not answered. */
const WANT_AN_ANSWER: ReadonlySet<Level> = new Set(['block', 'warn'])

/** `recheck`: same, changed, failed, or empty when nothing waits. `new_hits`: ids in `report_now` that the doctor has not seen. */
export interface Rechecked {
  signed: Signed
  recheck: string
  report_now: Report | null
  new_hits: string[]
}

export interface Fresh extends Hit {
  /** At which level it stood at the signature; empty: nowhere. */
  before: Level | ''
  wantsAnswer: boolean
}

/** The worst first. */
export function fresh(of: Rechecked): Fresh[] {
  const before = new Map((of.signed.report?.hits ?? []).map((hit) => [hit.id, hit.level]))
  const found = (of.report_now?.hits ?? []).filter((hit) => of.new_hits.includes(hit.id))
  return found.map((hit) => ({ ...hit, before: before.get(hit.id) ?? ('' as const), wantsAnswer: WANT_AN_ANSWER.has(hit.level) })).sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
}

/** What was found at the signature and is not any more. */
export function gone(of: Rechecked): Hit[] {
  if (of.recheck !== 'changed' || !of.report_now) return []
  const now = new Set(of.report_now.hits.map((hit) => hit.id))
  return (of.signed.report?.hits ?? []).filter((hit) => !now.has(hit.id))
}

/** What has to be seen before anything passes; another set of hits wants another look. Empty: nothing. */
export const toSee = (of: Rechecked): string => fresh(of).map((hit) => `${hit.id} ${hit.level}`).join('\n')

/** A check that did not run to its end lets nothing pass, and nothing new goes unseen. */
export const mayPass = (of: Rechecked, seen: string): boolean => of.recheck !== 'failed' && toSee(of) === seen
