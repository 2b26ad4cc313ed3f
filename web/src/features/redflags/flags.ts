/** The red flags as the administrator reads them. */
import type { Text } from '@/shared/api/problem'

export interface RedFlag {
  id: string
  text: Text
  advice: Text
  source: string
  year: number | null
  status: string
  terms: { zh: string[]; en: string[] }
}

/** `memory`: quoted without the original at hand; only `confirmed` says that somebody has read the source. */
export const isVerified = (flag: RedFlag): boolean => flag.status === 'confirmed'

export function matches(flag: RedFlag, words: string): boolean {
  const asked = words.trim().toLowerCase()
  if (!asked) return true
  const said = [flag.id, flag.text.zh, flag.text.en, flag.source, String(flag.year ?? ''), ...flag.terms.zh, ...flag.terms.en]
  return said.some((one) => one.toLowerCase().includes(asked))
}
