import 'fake-indexeddb/auto'

import { afterEach, expect, it } from 'vitest'
import { createApp } from 'vue'

import { wipeScreen } from '@/features/sitescreen/wipe'
import { makeI18n } from '@/shared/i18n'
import type { ScreenOut } from '@/shared/site/types'

import { useFresh } from './useFresh'

const LOCALE = 'xinglin.locale'
const screen = { walk_in_id: 'w', locale: 'en' } as ScreenOut

afterEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

/** As the page does when it is opened; a reload is another one. */
async function opened(): Promise<string | null> {
  let begin: ReturnType<typeof useFresh> | undefined
  const app = createApp({
    setup() {
      begin = useFresh()
      return () => null
    },
  }).use(makeI18n({ zh: {}, en: {} }))
  app.mount(document.createElement('div'))
  await begin?.(screen)
  app.unmount()
  return localStorage.getItem(LOCALE)
}

it('speaks the language of the patient each time that the screen is handed over, and that of the staff between', async () => {
  localStorage.setItem(LOCALE, 'zh')
  for (let times = 0; times < 2; times += 1) {
    expect(await opened()).toBe('en')
    await wipeScreen()
    expect(localStorage.getItem(LOCALE)).toBe('zh')
  }
})

it('asks the language once: what the patient chose there outlasts a reload', async () => {
  await opened()
  localStorage.setItem(LOCALE, 'zh')
  sessionStorage.setItem('xinglin.screen.w.chat', '1')
  await opened()
  expect(localStorage.getItem(LOCALE)).toBe('zh')
  expect(sessionStorage.getItem('xinglin.screen.w.chat')).toBe('1')
})
