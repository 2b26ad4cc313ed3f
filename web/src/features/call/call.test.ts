import { beforeEach, describe, expect, it } from 'vitest'

import type { CallOut, CallPerson, RoomState } from '@/shared/call/types'

import { dropChannel, useChannel } from './channel'
import { forget, mine, read, remember } from './mine'
import { lengthOf } from './past'
import { adviceOf, asksForCamera, askOf, sceneOf, type Here } from './scene'

const person = (id: string, here = true): CallPerson => ({ person: id, role: 'patient', name: { zh: '', en: '' }, here })
const nowhere: Here = { standing: null, mine: null, out: null, me: 'p' }

function call(change: Partial<CallOut> = {}): CallOut {
  return {
    id: 'c', consultation_id: 'v', channel: 'video', state: 'open', asked_by: 'doctor', asked_at: '', answered_at: null, ended_at: null, ending: null, ending_text: null, due_at: null,
    promised_ms: 0, clock_ms: 0, clock_running_since: null, down_since: null, recording: { state: 'off', patient: 'unasked', since: null }, still: { patient: 'unasked' }, people: [],
    observed: false, may: [], consent: { version: '1', text: { zh: '', en: '' }, still_text: { zh: '', en: '' } }, about: null, ...change,
  }
}

describe('what a patient’s page shows of a call', () => {
  it('rings when the doctor calls, and waits when the patient does', () => {
    expect(sceneOf(call({ state: 'ringing' }), nowhere)).toBe('incoming')
    expect(sceneOf(call({ state: 'ringing', asked_by: 'patient' }), nowhere)).toBe('outgoing')
  })
  it('stops ringing the moment one is inside, whatever was read last', () => {
    expect(sceneOf(call({ state: 'ringing' }), { ...nowhere, standing: 'c', mine: 'c' })).toBe('inside')
  })
  it('stops ringing here when it was taken on another device', () => {
    expect(sceneOf(call({ people: [person('p')] }), nowhere)).toBe('elsewhere')
  })
  it('offers a call that goes on without us', () => {
    expect(sceneOf(call({ people: [person('d'), person('p', false)] }), nowhere)).toBe('open')
  })
  it('comes back by itself after a reload, even while the house still counts the page that is gone', () => {
    expect(sceneOf(call({ people: [person('p')] }), { ...nowhere, mine: 'c' })).toBe('rejoin')
  })
  it('never comes back into a call that another device has taken over', () => {
    expect(sceneOf(call({ people: [person('p')] }), { ...nowhere, mine: 'c', out: { call: 'c', because: 'elsewhere' } })).toBe('elsewhere')
  })
  it('lets a page that was let out ask for its place again', () => {
    expect(sceneOf(call(), { ...nowhere, out: { call: 'c', because: 'removed' } })).toBe('open')
  })
  it('forgets why it left an earlier call', () => {
    expect(sceneOf(call({ id: 'd', state: 'ringing' }), { ...nowhere, mine: 'c', out: { call: 'c', because: 'ended' } })).toBe('incoming')
  })
  it('is quiet when there is none, or it is over', () => {
    expect(sceneOf(null, nowhere)).toBe('none')
    expect(sceneOf(call({ state: 'ended' }), { ...nowhere, standing: 'c' })).toBe('none')
  })
})

describe('what a patient is asked in a call', () => {
  it('asks for consent once, the recording before the stills', () => {
    const asked = call({ recording: { state: 'asked', patient: 'unasked', since: null }, still: { patient: 'asked' } })
    expect(askOf(asked)).toBe('recording')
    expect(askOf({ ...asked, recording: { state: 'refused', patient: 'no', since: null } })).toBe('still')
    expect(askOf(call({ recording: { state: 'on', patient: 'yes', since: null }, still: { patient: 'no' } }))).toBeNull()
  })
  it('asks nothing before the call is answered', () => {
    expect(askOf(call({ state: 'ringing', still: { patient: 'asked' } }))).toBeNull()
  })
  it('asks before a camera goes on because the other side wants video', () => {
    const voice = call({ channel: 'audio' })
    expect(asksForCamera(voice, call())).toBe(true)
    expect(asksForCamera(call(), voice)).toBe(false)
    expect(asksForCamera({ ...voice, id: 'other' }, call())).toBe(false)
    expect(asksForCamera(null, call())).toBe(false)
  })
})

describe('what is said of the line', () => {
  const state: Parameters<typeof adviceOf>[0] = { phase: 'live', verdict: 'good', mode: 'video', modeBecause: null, microphoneFault: null, cameraFault: null }
  const said = (change: Partial<RoomState>): string | null => adviceOf({ ...state, ...change })
  it('says nothing while it carries', () => {
    expect([said({}), said({ verdict: 'fair' }), said({ phase: 'joining', verdict: 'down' }), said({ phase: 'over' })]).toEqual([null, null, null, null])
  })
  it('offers voice when the picture is weak, and writing when the voice is', () => {
    expect([said({ verdict: 'poor' }), said({ verdict: 'poor', mode: 'audio', modeBecause: 'chosen' })]).toEqual(['weak_video', 'weak_voice'])
  })
  it('explains why the picture went away by itself, but not when it was taken away by hand', () => {
    expect([said({ mode: 'audio', modeBecause: 'weak', verdict: 'poor' }), said({ mode: 'audio', modeBecause: 'chosen' })]).toEqual(['auto_audio', null])
  })
  it('says first what keeps one from being heard', () => {
    expect([said({ microphoneFault: 'refused', verdict: 'down' }), said({ phase: 'broken' }), said({ cameraFault: 'busy' })]).toEqual(['microphone', 'down', 'camera'])
  })
})

describe('the call of this tab', () => {
  beforeEach(() => forget())
  it('is known after a reload, muted as it was', () => {
    remember({ call: 'c', mode: 'audio', muted: true, camera: false })
    expect(read()).toEqual({ call: 'c', mode: 'audio', muted: true, camera: false })
    forget()
    expect([read(), mine.value]).toEqual([null, null])
  })
  it('is nothing when what was kept cannot be read', () => {
    sessionStorage.setItem('xinglin.call.mine', '{')
    expect(read()).toBeNull()
  })
})

describe('how one wishes to consult', () => {
  it('is in writing until something else is chosen, and survives a reload', () => {
    const wish = useChannel('i')
    expect(wish.value).toBe('text')
    wish.value = 'video'
    expect(useChannel('i').value).toBe('video')
    dropChannel('i')
    expect(useChannel('i').value).toBe('text')
  })
})

describe('a call that is over', () => {
  it('lasted as long as the line was up, and tells of the gaps that were felt', () => {
    const gaps = [
      { since: '2026-11-29T04:00:00Z', until: '2026-11-29T04:00:45Z' },
      { since: '2026-11-29T04:02:00Z', until: '2026-11-29T04:02:01Z' },
      { since: '2026-11-29T04:03:00Z', until: '2026-11-29T04:03:20Z' },
    ]
    expect(lengthOf({ clock_ms: 724_400, gaps })).toEqual({ seconds: 724, gaps: 2, downSeconds: 65 })
  })
})
