/** Which phrases fit what somebody has typed, the likeliest first. */
import type { Locale } from '@/shared/i18n'

import { calledIn, type Phrase } from './types'

const alike = (text: string): string => text.normalize('NFKC').toLowerCase().trim()
/** Letters may stand for Chinese from here on: one letter begins half of all words. */
const SHORTEST_WITHIN = 2

/** The smaller the nearer; null does not fit. */
export function nearness(phrase: Phrase, language: Locale, typed: string): number | null {
  const called = alike(calledIn(phrase, language))
  const query = alike(typed)
  if (!called) return null
  if (!query) return 0
  if (called.startsWith(query)) return 0
  const spelt = language === 'zh' ? phrase.spelt : ''
  const runs = spelt.split(' ')
  const run = runs.findIndex((letters) => letters.startsWith(query))
  // The first two are the initials and the syllables of the first words.
  if (run >= 0) return run < 2 ? 1 : 2
  const whole = alike(Object.values(phrase[language]).join(' '))
  const parts = query.split(/\s+/)
  if (parts.every((part) => whole.includes(part))) return 3
  return query.length >= SHORTEST_WITHIN && spelt.includes(query) ? 4 : null
}

/** Used last first, then those of the department at hand, then as they stand. */
export function offered(phrases: readonly Phrase[], language: Locale, typed: string, department: string): Phrase[] {
  const fits = phrases.flatMap((phrase, place) => {
    const near = nearness(phrase, language, typed)
    if (near === null) return []
    const isElsewhere = phrase.department !== null && phrase.department.slug !== department
    return [{ phrase, near, used: phrase.used_at ?? '', isElsewhere, place }]
  })
  fits.sort((a, b) => a.near - b.near || b.used.localeCompare(a.used) || Number(a.isElsewhere) - Number(b.isElsewhere) || a.place - b.place)
  return fits.map((fit) => fit.phrase)
}
