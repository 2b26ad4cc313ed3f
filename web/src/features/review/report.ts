/** The safety report as a pharmacist reads it: the worst first, each with what the doctor said to it. Pure. */

import type { Gap, Hit, Level, Signed } from './api'

const LEVELS: readonly Level[] = ['block', 'warn', 'caution', 'info']

export interface Answered extends Hit {
  /** The doctor's reason to go on; empty: none was asked for, or none was given. */
  reason: string
}

export function answered(signed: Signed): Answered[] {
  const reasons = new Map(signed.overrides.map((one) => [one.hit, one.reason]))
  const hits = (signed.report?.hits ?? []).map((hit) => ({ ...hit, reason: reasons.get(hit.id) ?? '' }))
  return hits.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
}

/** Reasons to hits that the report no longer names: a signature covers them, so they are shown. */
export function stray(signed: Signed): string[] {
  const named = new Set((signed.report?.hits ?? []).map((hit) => hit.id))
  return signed.overrides.filter((one) => !named.has(one.hit)).map((one) => one.reason)
}

/** Item -> the kinds of check that could say nothing of it, each once. */
export function silent(gaps: readonly Gap[]): { item: number; kinds: string[] }[] {
  const by = new Map<number, Set<string>>()
  for (const gap of gaps) by.set(gap.item, (by.get(gap.item) ?? new Set()).add(gap.kind))
  return [...by].sort(([a], [b]) => a - b).map(([item, kinds]) => ({ item, kinds: [...kinds] }))
}

/** Nothing was found. That is no promise while something was not recognised or not told. */
export function isQuiet(signed: Signed): boolean {
  return signed.report !== null && signed.report.hits.length === 0
}
