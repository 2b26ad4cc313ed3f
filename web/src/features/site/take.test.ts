import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'
import { createI18n } from 'vue-i18n'

import { ApiProblem } from '@/shared/api/problem'
import { site } from '@/shared/site/api'
import type { InboxReading, ReadingOut, WalkInOut } from '@/shared/site/types'

import ReadingList from './ReadingList.vue'
import en from './texts/en.json'

const WORDS = { zh: '请再测一次', en: 'Measure once more.' }
const READING = { id: 'r', kind: 'spo2', values: { value: 78 }, unit: '%', instrument_model: 'M', instrument_serial: 's', measured_at: '2026-01-02T03:00:00Z' } as unknown as InboxReading
let app: App
afterEach(() => {
  app.unmount()
  vi.restoreAllMocks()
})

it('takes a rare reading of an instrument for a walk-in when it was measured again', async () => {
  vi.spyOn(site, 'inbox').mockResolvedValue({ items: [READING] })
  const take = vi.spyOn(site, 'takeReading').mockRejectedValueOnce(new ApiProblem({ status: 409, code: 'unlikely_value', text: WORDS })).mockResolvedValue({} as ReadingOut)
  const changed = vi.fn()
  const page = document.createElement('div')
  app = createApp(ReadingList, { walkIn: { id: 'w', readings: [] } as unknown as WalkInOut, open: true, isMinor: false, onChanged: changed })
  app.use(VueQueryPlugin, { queryClient: new QueryClient() }).use(createI18n({ legacy: false, locale: 'en', messages: { en: { site: en } } as never, missingWarn: false, fallbackWarn: false }))
  app.mount(page)
  const press = async (id: string): Promise<void> => (await vi.waitFor(() => page.querySelector<HTMLElement>(`[data-testid="${id}"]`) ?? Promise.reject(new Error(id)))).click()
  await press('take-reading')
  await vi.waitFor(() => expect(page.querySelector('[data-testid="take-fault"]')?.textContent).toBe(WORDS.en))
  await press('confirm-reading')
  await vi.waitFor(() => expect(changed).toHaveBeenCalled())
  expect(take.mock.calls.map((call) => call.slice(0, 3))).toEqual([['w', 'r', false], ['w', 'r', true]])
})
