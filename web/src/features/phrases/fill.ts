/** `{patient}` and its like, filled from the visit. What has no value stays and is filled in by hand. */
import type { Text } from '@/shared/api/problem'
import type { Locale } from '@/shared/i18n'

import type { NAMES } from './types'

export interface AtHand {
  patient: { name: string }
  department: { name: Text }
  doctor?: { name: Text } | null
}

export type Values = Partial<Record<(typeof NAMES)[number], string>>

export function valuesOf(visit: AtHand, language: Locale, today: Date): Values {
  return {
    patient: visit.patient.name,
    department: visit.department.name[language],
    date: [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((n) => String(n).padStart(2, '0')).join('-'),
    ...(visit.doctor ? { doctor: visit.doctor.name[language] } : {}),
  }
}

export const filled = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name as keyof Values] ?? whole)

/** The language in which somebody writes: Chinese as soon as one Chinese character is there. */
export const languageOf = (words: string): Locale => (/[\u3400-\u9fff]/.test(words) ? 'zh' : 'en')

/** Where a slash asks for a phrase: the first one of a line or a word, up to the caret. With a space behind it, as in `120 / 80`, it is a slash. */
export function asked(words: string, caret: number): { from: number; typed: string } | null {
  const before = words.slice(0, caret)
  // A Chinese keyboard writes 、 where the slash is.
  const found = /(?:^|[\s\u3000])[/、](?!\s)([^\n/、]{0,30})$/.exec(before)
  if (!found) return null
  const typed = found[1] ?? ''
  return { from: caret - typed.length - 1, typed }
}
