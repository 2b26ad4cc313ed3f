/** Two languages, one switch. Texts lie beside the features as `texts/zh.json` and `texts/en.json`. */

import { computed, type ComputedRef } from 'vue'
import { createI18n, useI18n, type I18n } from 'vue-i18n'

import { http, speak } from '../api/http'
import type { Text } from '../api/problem'
import sharedEn from './texts/en.json'
import sharedZh from './texts/zh.json'

export type Locale = 'zh' | 'en'
export const LOCALES: readonly Locale[] = ['zh', 'en']
const KEPT = 'xinglin.locale'

export type Messages = Record<string, unknown>

function chosen(): Locale {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT)
  if (asked === 'zh' || asked === 'en') return asked
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function apply(locale: Locale): void {
  speak(locale)
  document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
  localStorage.setItem(KEPT, locale)
  // The name under the icon follows the language in which the app is put on the home screen.
  document.querySelector('link[rel="manifest"]')?.setAttribute('href', locale === 'zh' ? '/manifest.webmanifest' : '/manifest.en.webmanifest')
}

/** `texts` maps a feature's name to its messages. */
export function makeI18n(texts: { zh: Messages; en: Messages }): I18n {
  const locale = chosen()
  apply(locale)
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'zh',
    messages: { zh: { ...sharedZh, ...texts.zh }, en: { ...sharedEn, ...texts.en } } as never,
  })
}

type Load = (locale: Locale) => Promise<Messages>
let learn: (locale: Locale) => Promise<void> = () => Promise.resolve()

/** The same for an app that loads its languages one by one. */
export async function makeI18nOf(load: Load): Promise<I18n> {
  const first = chosen()
  const made = makeI18n({ zh: {}, en: {}, [first]: await load(first) })
  const here = new Set<Locale>([first])
  learn = async (locale) => {
    if (here.has(locale)) return
    const { mergeLocaleMessage } = made.global as { mergeLocaleMessage: (locale: string, messages: Messages) => void }
    mergeLocaleMessage(locale, await load(locale))
    here.add(locale)
  }
  return made
}

export function useLocale(): { locale: ComputedRef<Locale>; choose: (to: Locale) => void } {
  const { locale } = useI18n({ useScope: 'global' })
  return {
    locale: computed(() => (locale.value.startsWith('en') ? 'en' : 'zh')),
    choose(to) {
      // Without a line the other language may not be here: then this one stays.
      void learn(to).then(
        () => {
          locale.value = to
          apply(to)
        },
        () => undefined,
      )
    },
  }
}

/** Tells the server, so that its messages to this person speak the same language; a stranger has nothing to tell. */
export function rememberLocale(to: Locale): Promise<unknown> {
  return http.patch('/session', { locale: to })
}

/** Says a bilingual value of the server in the language in use. */
export function useSay(): (text: Text | null | undefined) => string {
  const { locale } = useLocale()
  return (text) => text?.[locale.value] ?? ''
}
