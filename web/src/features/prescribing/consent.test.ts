import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, reactive } from 'vue'

import type { ConsentBeside } from '@/shared/api/prescriptions'
import { makeI18n } from '@/shared/i18n'

import ConsentAsk from './ConsentAsk.vue'
import en from './texts/en.json'
import zh from './texts/zh.json'

// Style sheets are for the build.
vi.mock('element-plus/es/components/base/style/css', () => ({}))
vi.mock('element-plus/es/components/button/style/css', () => ({}))

const NOW = Date.parse('2027-03-01T08:00:00Z')
const text = { zh: '文', en: 'text' }
const none: ConsentBeside = { is_needed: true, may_ask: true, state: 'none', state_text: text, asked_at: null, due_at: null, answered_at: null, role: '' }
const asked: ConsentBeside = { ...none, may_ask: false, state: 'asked', asked_at: '2027-03-01T07:00:00Z', due_at: '2027-03-01T08:00:30Z' }
let close = (): void => undefined

function shown(consent: ConsentBeside) {
  const state = reactive({ consent })
  const look = vi.fn(() => Promise.resolve())
  const app = createApp({ render: () => h(ConsentAsk, { id: 'rx-1', revision: 2, consent: state.consent, look }) })
  app.use(makeI18n({ zh: { prescribing: zh }, en: { prescribing: en } }))
  const at = document.createElement('div')
  app.mount(at)
  close = () => app.unmount()
  return { state, look, at }
}
const refusing = (): Promise<Response> => Promise.resolve(new Response(JSON.stringify({ code: 'consent_asked', text }), { status: 409 }))
const ask = async (at: HTMLElement): Promise<void> => {
  at.querySelector<HTMLElement>('[data-testid=rx-consent-ask]')?.click()
  await vi.advanceTimersByTimeAsync(1)
}

describe('the question to the patient', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }))
  afterEach(() => {
    close()
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it('is looked at again, once, when its time is over', async () => {
    const { look } = shown(asked)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(look).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(look).toHaveBeenCalledTimes(1)
  })

  it('keeps a refusal to what was refused', async () => {
    vi.stubGlobal('fetch', refusing)
    const { state, at } = shown(none)
    await ask(at)
    expect(at.querySelector('[data-testid=problem]')).not.toBeNull()
    state.consent = asked
    await nextTick()
    expect(at.querySelector('[data-testid=problem]')).toBeNull()
    state.consent = { ...none, state: 'expired' }
    await nextTick()
    expect(at.querySelector('[data-testid=problem]')).toBeNull()
  })

  it('cannot be asked twice before what stands is shown', async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response('null', { status: 200, headers: { 'Content-Type': 'application/json' } })))
    vi.stubGlobal('fetch', fetched)
    const { look, at } = shown(none)
    look.mockImplementation(() => new Promise(() => undefined))
    await ask(at)
    await ask(at)
    expect(fetched).toHaveBeenCalledTimes(1)
  })
})
