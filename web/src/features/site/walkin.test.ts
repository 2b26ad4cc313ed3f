import { onlineManager, QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'

import { makeI18n } from '@/shared/i18n'
import { site } from '@/shared/site/api'

import WalkIn from './WalkIn.vue'
import en from './texts/en.json'

let app: App
afterEach(() => {
  app.unmount()
  onlineManager.setOnline(true)
  localStorage.clear()
  vi.restoreAllMocks()
})

it('says that there is no line, and opens by itself when there is one again', async () => {
  localStorage.setItem('xinglin.locale', 'en')
  const ask = vi.spyOn(site, 'walkIn').mockReturnValue(new Promise(() => undefined))
  onlineManager.setOnline(false)
  const page = document.createElement('div')
  app = createApp(WalkIn, { id: 'w' })
  app.use(VueQueryPlugin, { queryClient: new QueryClient() }).use(makeI18n({ zh: {}, en: { site: en } }))
  app.mount(page)
  expect(page.querySelector('[data-testid="walk-in-failed"]')?.textContent).toContain('connection')
  expect(ask).not.toHaveBeenCalled()
  onlineManager.setOnline(true)
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce())
  expect(page.querySelector('[data-testid="walk-in-failed"]')).toBeNull()
})
