import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'
import { createRouter, createMemoryHistory } from 'vue-router'

import { makeI18n } from '@/shared/i18n'

import PatientConsent from './PatientConsent.vue'
import en from './texts/en.json'
import zh from './texts/zh.json'

const text = { zh: '文', en: 'text' }
const doctor = { name: text, title: text, hospital: text, synthetic: true }
const words = { consultation_id: 'v', patient_id: 'p', doctor, state: 'asked', asked_at: '2027-03-01T07:00:00Z', due_at: '2027-03-02T07:00:00Z', answered_at: null, sheet_sha256: 'one', diagnoses: [], items: [], days: 56, longer_reason: '', evaluation: 'stable' }
const SOON = { timeout: 5000 }
let close = (): void => undefined

afterEach(() => {
  close()
  vi.unstubAllGlobals()
})

const json = (body: unknown, status = 200): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }))

async function shown() {
  const house = { words: { ...words }, refuses: '' }
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) => {
    if (init?.method === 'POST') return house.refuses ? json({ code: house.refuses, text }, 409) : json(null)
    return address.includes('/people/me') ? json({ patients: [] }) : json(house.words)
  })
  const queries = new QueryClient()
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
  const app = createApp({ render: () => h(PatientConsent, { id: 'rx-1' }) })
  app.use(makeI18n({ zh: { prescription: zh }, en: { prescription: en } })).use(router).use(VueQueryPlugin, { queryClient: queries })
  const at = document.createElement('div')
  // Outside the page a tick tells nobody.
  document.body.append(at)
  app.mount(at)
  close = () => {
    app.unmount()
    at.remove()
  }
  const tick = (): HTMLInputElement | null => at.querySelector('[data-testid=consent-read]')
  await vi.waitFor(() => expect(tick()).not.toBeNull(), SOON)
  return { house, at, tick, again: () => queries.invalidateQueries({ queryKey: ['rx-consent'] }) }
}

it('what was ticked of one sheet is not ticked of another, nor of the same that is asked anew', async () => {
  const { house, tick, again } = await shown()
  for (const other of [{ sheet_sha256: 'two' }, { asked_at: '2027-03-01T07:30:00Z' }]) {
    tick()?.click()
    expect(tick()?.checked).toBe(true)
    Object.assign(house.words, other)
    await again()
    await vi.waitFor(() => expect(tick()?.checked).toBe(false), SOON)
  }
})

it('a patient who signs what has changed meanwhile reads that it has, and reads it anew', async () => {
  const { house, at, tick } = await shown()
  tick()?.click()
  Object.assign(house, { refuses: 'consent_changed' })
  house.words.sheet_sha256 = 'two'
  at.querySelector<HTMLElement>('[data-testid=consent-sign]')?.click()
  await vi.waitFor(() => expect(tick()?.checked).toBe(false), SOON)
  expect(at.querySelector('[data-testid=problem]')?.getAttribute('data-code')).toBe('consent_changed')
})

it('a refusal does not stand beside what it was refused for', async () => {
  const { house, at, tick } = await shown()
  tick()?.click()
  Object.assign(house, { refuses: 'consent_signed' })
  house.words.state = 'signed'
  at.querySelector<HTMLElement>('[data-testid=consent-sign]')?.click()
  await vi.waitFor(() => expect(at.querySelector('[data-testid=consent-state]')?.getAttribute('data-state')).toBe('signed'), SOON)
  expect(at.querySelector('[data-testid=problem]')).toBeNull()
})
