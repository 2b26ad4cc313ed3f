/** Words that are used again: a reply in the conversation, a template in the record. */
import type { Text } from '@/shared/api/problem'
import type { Locale } from '@/shared/i18n'

export type Kind = 'reply' | 'template'
/** A reply has a `text`; a template a `name` and elements of the record. */
export type Parts = Partial<Record<string, string>>

export interface Phrase {
  id: string
  kind: Kind
  is_own: boolean
  department: { slug: string; name: Text } | null
  zh: Parts
  en: Parts
  /** Initials and pinyin of the Chinese. */
  spelt: string
  revision: number
  used_at: string | null
}

export interface Phrases {
  items: Phrase[]
  most: number
}

export interface Wording {
  zh: Parts
  en: Parts
}

/** Elements of a record that a template may write; never the diagnosis, nothing of a prescription. */
export const ELEMENTS = ['chief_complaint', 'present_illness', 'past_history', 'allergy', 'findings', 'advice'] as const
export const NAMES = ['patient', 'doctor', 'department', 'date'] as const
export const LONGEST = 1000
export const LONGEST_NAME = 60

export const headOf = (kind: Kind): 'text' | 'name' => (kind === 'reply' ? 'text' : 'name')
/** What it is called in the list of a language; empty when it is not offered there. */
export const calledIn = (phrase: Phrase, language: Locale): string => phrase[language][headOf(phrase.kind)] ?? ''
