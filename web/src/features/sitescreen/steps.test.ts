import { describe, expect, it } from 'vitest'

import type { ScreenOut } from '@/shared/site/types'

import { isSaid, rungOf, say } from './said'
import { isOfThisDoctor, isOver, isReadAloud, ringsItself, stepOf, type Known, type Step } from './steps'

const screen = (more: Partial<ScreenOut> = {}): ScreenOut => ({
  walk_in_id: 'w', number: 1, patient: { id: 'p', name: '王秀英', age: 67, sex: 'female' }, site: { name: { zh: '店', en: 'Shop' } }, assistant: { name: '李梅' },
  complaint: '', picture_ids: [], readings: [], intake_id: null, consultation_id: null, state: 'registered', stays: null, chat_shared: false, locale: 'zh', ...more,
})
const at = (known: Partial<Known>): Step => stepOf({ screen: screen(), intake: undefined, visit: undefined, isChatAsked: false, ...known })
const asked = { stays: true as const, intake_id: 'i' }

describe('the screen of a patient', () => {
  it('asks one thing after the other, the first one about who stays', () => {
    expect(at({})).toBe('stays')
    expect(at({ screen: screen({ stays: true }) })).toBe('chat')
    expect(at({ screen: screen({ stays: true }), isChatAsked: true })).toBe('complaint')
    expect(at({ screen: screen(asked), intake: { outcome: 'interview' } })).toBe('interview')
    expect(at({ screen: screen(asked), intake: { outcome: 'ready' } })).toBe('ask')
  })
  it('asks whether somebody may read along only where somebody stays, and not again after a yes', () => {
    expect(at({ screen: screen({ stays: false }) })).toBe('complaint')
    expect(at({ screen: screen({ stays: true, chat_shared: true }) })).toBe('complaint')
  })
  it('asks for what was not agreed to yet, before anything is told', () => {
    const owed = [{ kind: 'service', version: '2', text: { zh: '知情同意', en: 'Consent' } }]
    expect(at({ screen: screen({ stays: false, consents: owed }) })).toBe('consent')
    expect(at({ screen: screen({ stays: false, consents: [] }) })).toBe('complaint')
    expect(at({ screen: screen({ ...asked, consents: owed }), intake: { outcome: 'interview' } })).toBe('interview')
  })
  it('stops at danger, wherever that was found', () => {
    expect(at({ screen: screen(asked), intake: { outcome: 'emergency' } })).toBe('emergency')
    expect(at({ screen: screen({ ...asked, state: 'emergency' }) })).toBe('emergency')
  })
  it.each([['waiting', 'waiting'], ['nobody', 'nobody'], ['left_message', 'letter'], ['active', 'visit'], ['ended', 'ended'], ['cancelled', 'ended']] as const)(
    'follows the visit: %s is %s',
    (state, step) => expect(at({ screen: screen({ ...asked, consultation_id: 'c', state: 'asked' }), visit: { state } })).toBe(step),
  )
  it('finds its way back after a reload, before it knows what was answered on the page', () => {
    expect(at({ screen: screen({ ...asked, stays: null, consultation_id: 'c', state: 'seen' }), visit: { state: 'active' } })).toBe('visit')
    expect(at({ screen: screen({ ...asked, consultation_id: 'c', state: 'seen' }) })).toBe('loading')
    expect(at({ screen: screen(asked) })).toBe('loading')
  })
  it('shows nothing where the pass is gone, and no new beginning after the end', () => {
    expect(at({ screen: null })).toBe('gone')
    expect(at({ screen: undefined })).toBe('loading')
    expect(at({ screen: screen({ state: 'left' }) })).toBe('left')
    expect(at({ screen: screen({ state: 'ended' }) })).toBe('left')
  })
})

describe('the call', () => {
  const taken = { step: 'visit' as const, channel: 'video', rung: false, mayRing: true, hasCall: false }
  it('rings by itself once, when a doctor has taken the visit', () => {
    expect(ringsItself(taken)).toBe(true)
    for (const not of [{ rung: true }, { mayRing: false }, { hasCall: true }, { channel: 'text' }, { step: 'waiting' as const }]) expect(ringsItself({ ...taken, ...not })).toBe(false)
  })
  it('rings anew for whoever takes the visit next, also for the same doctor after a return', () => {
    const doctor = { id: 'd', name: { zh: '', en: '' }, title: { zh: '', en: '' }, hospital: { zh: '', en: '' }, synthetic: true }
    say('w', rungOf({ id: 'c', doctor, returned: 0 }))
    expect(isSaid('w', rungOf({ id: 'c', doctor, returned: 0 }))).toBe(true)
    for (const next of [{ id: 'c', doctor: { ...doctor, id: 'e' }, returned: 0 }, { id: 'c', doctor, returned: 1 }, { id: 'other', doctor, returned: 0 }]) expect(isSaid('w', rungOf(next))).toBe(false)
  })
  it('takes a call with the doctor before for none', () => {
    const visit = { accepted_at: '2027-03-01T07:10:00Z' }
    expect(isOfThisDoctor({ asked_at: '2027-03-01T07:05:00Z' }, visit)).toBe(false)
    expect(isOfThisDoctor({ asked_at: '2027-03-01T07:10:01Z' }, visit)).toBe(true)
    expect(isOfThisDoctor({ asked_at: '2027-03-01T07:10:01Z' }, { accepted_at: null })).toBe(false)
  })
})

it('speaks where nobody else does, and gives back only what is over', () => {
  expect((['stays', 'complaint', 'interview', 'waiting', 'ended'] as const).every(isReadAloud)).toBe(true)
  expect((['visit', 'gone', 'loading'] as const).some(isReadAloud)).toBe(false)
  expect((['ended', 'left', 'emergency', 'letter', 'gone'] as const).every(isOver)).toBe(true)
  expect((['visit', 'waiting', 'interview', 'ask'] as const).some(isOver)).toBe(false)
})
