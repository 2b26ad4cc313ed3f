import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'

import { makeI18n } from '@/shared/i18n'

import PapersPanel from './PapersPanel.vue'
import en from './texts/en.json'
import zh from './texts/zh.json'

const WAITS = { zh: '处方还在等药师', en: 'waits for the pharmacist' }
const SIGNED = { summary: { state: 'signed', version: 1, printable: false, why_not: WAITS }, prescriptions: [], prints: [{ what: 'summary', id: 'v', at: '2027-03-01T08:00:00Z', by: 'assistant', name: '周明远' }] }
let close = (): void => undefined

function shown(answer: () => Promise<Response>): HTMLElement {
  vi.stubGlobal('fetch', answer)
  const at = document.createElement('div')
  const app = createApp({ render: () => h(PapersPanel, { id: 'w', consultation: 'v' }) })
  app.use(makeI18n({ zh: { site: zh }, en: { site: en } })).use(VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) })
  app.mount(at)
  close = () => app.unmount()
  return at
}
const told = (body: unknown, status = 200): Promise<Response> => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }))

describe('the papers of a walk-in', () => {
  afterEach(() => {
    close()
    vi.unstubAllGlobals()
  })

  it('say why a signed summary is not printed yet, and what was printed', async () => {
    const at = shown(() => told(SIGNED))
    await vi.waitFor(() => expect(at.querySelector('[data-testid=why-not]')?.textContent).toMatch(/药师|pharmacist/))
    expect(at.querySelector('[data-testid=print-summary]')).toBeNull()
    expect(at.querySelector('[data-testid=prints]')?.textContent).toContain('周明远')
  })

  it('may be printed when the house says so', async () => {
    const at = shown(() => told({ ...SIGNED, summary: { ...SIGNED.summary, printable: true, why_not: null } }))
    await vi.waitFor(() => expect(at.querySelector('[data-testid=print-summary]')).not.toBeNull())
  })

  it('say nothing of the doctor while the house is asked, or does not answer', async () => {
    const waits = shown(() => new Promise<Response>(() => undefined))
    expect(waits.querySelector('[role=status]')).not.toBeNull()
    expect(waits.querySelector('[data-testid=why-not]')).toBeNull()
    close()
    const at = shown(() => told({ status: 500, code: 'broken', text: { zh: '坏了', en: 'broken' } }, 500))
    await vi.waitFor(() => expect(at.querySelector('button')).not.toBeNull())
    expect(at.querySelector('[data-testid=why-not]')).toBeNull()
  })
})
