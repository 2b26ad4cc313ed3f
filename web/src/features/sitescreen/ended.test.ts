import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'

import type { Visit } from '@/shared/api/contract'
import { makeI18n } from '@/shared/i18n'

import EndedStep from './EndedStep.vue'
import { farewellOf } from './farewell'
import en from './texts/en.json'
import zh from './texts/zh.json'

let close = (): void => undefined

afterEach(() => {
  close()
  localStorage.clear()
  vi.unstubAllGlobals()
})

const text = { zh: '很抱歉，60分钟内没有医生接诊。', en: 'We are sorry: no doctor took your visit within 60 minutes.' }
const visit = (more: Partial<Visit>): Visit => ({ state: 'cancelled', ending: 'no_doctor_in_time', ending_text: text, last_word: '', stopped: null, doctor: null, ...more }) as Visit

function shown(of: Visit): (testId: string) => string | undefined {
  localStorage.setItem('xinglin.locale', 'zh')
  const body = new Response(JSON.stringify({ phone: '', open: true, emergency_number: '999' }), { headers: { 'Content-Type': 'application/json' } })
  vi.stubGlobal('fetch', () => Promise.resolve(body))
  const app = createApp({ render: () => h(EndedStep, { visit: of, why: undefined, assistant: '李梅', summary: undefined, prescriptions: [] }) })
  app.use(makeI18n({ zh: { sitescreen: zh }, en: { sitescreen: en } })).use(VueQueryPlugin, { queryClient: new QueryClient() })
  const at = document.createElement('div')
  app.mount(at)
  close = () => app.unmount()
  return (testId) => at.querySelector(testId === 'title' ? 'h1' : `[data-testid=${testId}]`)?.textContent.trim()
}

describe('the end of a visit', () => {
  it.each([
    ['cancelled', 'cancelled_by_patient', 'own'],
    ['cancelled', 'no_doctor_in_time', 'unseen'],
    ['cancelled', 'no_choice_made', 'unseen'],
    ['cancelled', 'message_unanswered', 'unseen'],
    ['cancelled', 'consent_withdrawn', 'unseen'],
    ['cancelled', 'left_site', 'unseen'],
    ['cancelled', 'closed_by_house', 'unseen'],
    ['ended', 'closed_by_house', 'cut'],
    ['ended', 'patient_absent', 'cut'],
    ['ended', 'time_over', 'cut'],
    ['ended', 'stopped', 'sent_on'],
    ['ended', 'closed', 'done'],
  ] as const)('%s by %s is told as %s', (state, ending, farewell) => expect(farewellOf({ state, ending })).toBe(farewell))

  it('lays what the clock ended on nobody, and says what to do now', async () => {
    const found = shown(visit({}))
    expect(found('title')).toBe('这次没有医生看诊')
    expect(found('ending-text')).toBe(text.zh)
    expect(found('ended-again')).toContain('李梅')
    await vi.waitFor(() => expect(found('ended-worse')).toContain('999'))
  })

  it('points to no conversation, which is not on this screen, when the reason cannot be had', () => {
    const pointing = { zh: '医院已结束本次就诊，原因见对话。', en: 'The hospital has ended this visit; the reason stands in the conversation.' }
    const found = shown(visit({ state: 'ended', ending: 'closed_by_house', ending_text: pointing }))
    expect(found('ending-text')).toBe('医院已结束本次就诊。原因请让店员向医院询问。')
  })

  it('says nothing of asking again to who was seen, and where to go to who was sent on', () => {
    expect(shown(visit({ state: 'ended', ending: 'closed' }))('ended-again')).toBeUndefined()
    const stopped = { advice: '尽快做心电图', hospital: '县医院', department: '心内科', urgency: { zh: '今天', en: 'today' } }
    const found = shown(visit({ state: 'ended', ending: 'stopped', stopped: stopped as never }))
    expect(found('title')).toBe('请按医生的建议，到医院当面看')
    for (const word of ['尽快做心电图', '县医院 · 心内科', '今天']) expect(found('ended-sent-on')).toContain(word)
    expect(found('ended-again')).toBeUndefined()
  })
})
