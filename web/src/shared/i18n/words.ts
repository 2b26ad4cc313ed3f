/** Words that come with the part that says them: whoever never opens it never loads them. */

import { useI18n, type Composer } from 'vue-i18n'

import type { Messages } from './index'

const learnt = new WeakMap<object, Set<object>>()

/** Adds them to the app's once, in both languages; answers as `useI18n` does. */
export function useWords(texts: { zh: Messages; en: Messages }): Pick<Composer, 't' | 'te'> {
  const words = useI18n({ useScope: 'global' }) as unknown as Composer & { mergeLocaleMessage: (locale: string, messages: Messages) => void }
  const known = learnt.get(words) ?? new Set<object>()
  learnt.set(words, known)
  if (!known.has(texts)) {
    known.add(texts)
    words.mergeLocaleMessage('zh', texts.zh)
    words.mergeLocaleMessage('en', texts.en)
  }
  return words
}
