import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectScope, nextTick, ref, shallowReactive, shallowRef, type EffectScope } from 'vue'

import type { CallOut, Channel } from '@/shared/call/types'

import type { Choice, Desk } from './desk'
import { cameraAsked, useKeeping } from './keeping'

let scope: EffectScope
beforeEach(() => (scope = effectScope()))
afterEach(() => scope.stop())

function held(channel: Channel, role = 'doctor') {
  const modes: unknown[] = []
  const chosen: Partial<Choice>[] = []
  const state = shallowReactive({ phase: 'live', recording: 'off', muted: false, camera: channel === 'video', mode: channel, modeBecause: null as string | null })
  const room = { ticket: { role }, state, setMode: (...given: unknown[]) => Promise.resolve(void modes.push(given)) }
  const desk = {
    call: ref({ channel, state: 'open', recording: { state: 'off' } } as CallOut),
    room: shallowRef(room),
    changing: ref<Channel | null>(null),
    remember: (choice: Partial<Choice>) => chosen.push(choice),
  }
  scope.run(() => useKeeping(desk as unknown as Desk, () => 'dr'))
  const turns = async (to: Channel): Promise<void> => {
    desk.call.value = { ...desk.call.value, channel: to }
    await nextTick()
  }
  return { desk, state, modes, chosen, turns }
}

describe('the room while a call is held', () => {
  it('opens no camera when somebody else turns the call to pictures, and asks', async () => {
    const { state, modes, turns } = held('audio')
    await turns('video')
    expect([modes, cameraAsked.value]).toEqual([[['video', { camera: false }]], true])
    state.camera = true
    await nextTick()
    expect(cameraAsked.value).toBe(false)
  })
  it('asks no more once the call is one of voice again, and never an observer', async () => {
    const { turns } = held('audio')
    await turns('video')
    await turns('audio')
    expect(cameraAsked.value).toBe(false)
    scope.stop()
    scope = effectScope()
    await held('audio', 'observer').turns('video')
    expect(cameraAsked.value).toBe(false)
  })
  it('brings the camera back for whoever turned the call themselves', async () => {
    const { desk, modes, turns } = held('audio')
    desk.changing.value = 'video'
    await turns('video')
    expect([modes, cameraAsked.value]).toEqual([[['video', { camera: true }]], false])
  })
  it('remembers what its person has chosen, and not what the line or the end has', async () => {
    const { state, chosen } = held('video')
    state.muted = true
    await nextTick()
    state.camera = false
    await nextTick()
    expect(chosen).toEqual([{ muted: true, camera: true }, { muted: true, camera: false }])
    Object.assign(state, { mode: 'audio', muted: false })
    await nextTick()
    Object.assign(state, { phase: 'over', muted: true })
    await nextTick()
    expect(chosen.slice(2)).toEqual([{ muted: false }])
  })
})
