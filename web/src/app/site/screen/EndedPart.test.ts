import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'

import en from '@/features/sitescreen/texts/en.json'
import zh from '@/features/sitescreen/texts/zh.json'
import type { Visit } from '@/shared/api/contract'
import { makeI18n } from '@/shared/i18n'

import EndedPart from './EndedPart.vue'

const POINTS = { zh: '很抱歉，医院结束了本次问诊，原因见对话。', en: 'We are sorry: the reason stands in the conversation.' }
const WHY = { zh: '很抱歉，医院结束了本次问诊。原因：系统故障。', en: 'We are sorry. The reason: a fault of the system.' }
const card = { seq: 6, kind: 'card', body: { card: 'ended', text: WHY, ending: 'closed_by_house' } }
const later = { seq: 7, kind: 'card', body: { card: 'record_signed', text: { zh: '病历已签名', en: 'The record is signed' } } }
const visit = (more: Partial<Visit>): Visit =>
  ({ id: 'v', state: 'ended', ending: 'closed_by_house', ending_text: POINTS, last_word: '', stopped: null, doctor: null, last_seq: 7, record: { signed_version: null }, ...more }) as Visit
let close = (): void => undefined

afterEach(() => {
  close()
  localStorage.clear()
  vi.unstubAllGlobals()
})

function shown(of: Visit, messages: object[] | null): { text: () => string | undefined; asked: string[] } {
  const asked: string[] = []
  localStorage.setItem('xinglin.locale', 'zh')
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url)
    const isThread = url.includes('/messages')
    const body = isThread ? { messages, last_seq: 7 } : { items: [], next: null, phone: '', open: true, emergency_number: '999' }
    return Promise.resolve(new Response(JSON.stringify(body), { status: isThread && !messages ? 404 : 200, headers: { 'Content-Type': 'application/json' } }))
  })
  const app = createApp({ render: () => h(EndedPart, { visit: of, assistant: '李梅' }) })
  app.use(makeI18n({ zh: { sitescreen: zh }, en: { sitescreen: en } }))
  app.use(VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) })
  const at = document.createElement('div')
  app.mount(at)
  close = () => app.unmount()
  return { text: () => at.querySelector('[data-testid=ending-text]')?.textContent, asked }
}

it('says why the house has ended a visit, and does not point at a conversation that is not there', async () => {
  const { text, asked } = shown(visit({}), [card, later])
  expect(text()).toBeUndefined()
  await vi.waitFor(() => expect(text()).toBe(WHY.zh))
  expect(asked.filter((url) => url.includes('/messages'))).toEqual([expect.stringContaining('/consultations/v/messages?before=8&')])
})

it('says whom to ask when the conversation cannot be read', async () => {
  const { text } = shown(visit({}), null)
  await vi.waitFor(() => expect(text()).toBe('医院已结束本次就诊。原因请让店员向医院询问。'))
})

it('asks for no conversation after any other ending', async () => {
  const { text, asked } = shown(visit({ ending: 'time_over', ending_text: { zh: '时间已到', en: 'Time is over' } }), [card])
  await vi.waitFor(() => expect(text()).toBe('时间已到'))
  expect(asked.some((url) => url.includes('/messages'))).toBe(false)
})
