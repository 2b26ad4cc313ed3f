import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, shallowReactive } from 'vue'

import { makeI18n } from '../../i18n'
import { settled } from '../fakes'
import type { PeerOut } from '../types'
import CallSound from './CallSound.vue'
import CallTile from './CallTile.vue'
import type { Tile } from './tiles'

const stream = (): MediaStream => Object.assign(new MediaStream(), {})
const refusal = new DOMException('tap first', 'NotAllowedError')
let isAllowed = true
let end = (): void => undefined

beforeEach(() => {
  isAllowed = true
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(() => (isAllowed ? Promise.resolve() : Promise.reject(refusal)))
})
afterEach(() => {
  end()
  vi.restoreAllMocks()
})

function mounted(what: () => ReturnType<typeof h>): HTMLElement {
  const app = createApp({ render: what })
  app.use(makeI18n({ zh: {}, en: {} }))
  const at = document.createElement('div')
  document.body.append(at)
  app.mount(at)
  end = () => {
    app.unmount()
    at.remove()
  }
  return at
}
async function room() {
  const state = { peers: shallowReactive(new Map<string, PeerOut>()) }
  const at = mounted(() => h(CallSound, { state }))
  const told = async (seat: string, sent: MediaStream | null): Promise<void> => {
    if (sent) state.peers.set(seat, { stream: sent, connection: 'connected' })
    else state.peers.delete(seat)
    await nextTick()
    await settled()
  }
  const players = (): HTMLAudioElement[] => [...at.querySelectorAll('audio')]
  const button = (): HTMLButtonElement | null => at.querySelector('[data-testid="call-hear"]')
  await settled()
  return { told, players, button }
}

describe('the sound of a room', () => {
  it('plays each of the others once, aloud, and what they send anew', async () => {
    const { told, players } = await room()
    const [doctor, guest, anew] = [stream(), stream(), stream()]
    await told('d', doctor)
    await told('g', guest)
    expect(players().map((player) => [player.srcObject === doctor || player.srcObject === guest, player.muted])).toEqual([[true, false], [true, false]])
    await told('d', anew)
    expect(players().map((player) => player.srcObject === anew)).toEqual([true, false])
    await told('d', null)
    expect(players().map((player) => player.srcObject === guest)).toEqual([true])
  })
  it('asks for a tap where the browser refuses, and only until it is given', async () => {
    const { told, players, button } = await room()
    isAllowed = false
    await told('d', stream())
    expect(button()).not.toBeNull()
    isAllowed = true
    button()?.click()
    await settled()
    await nextTick()
    expect([players().length, button()]).toEqual([1, null])
  })
  it('asks for nothing when who was refused has gone', async () => {
    const { told, button } = await room()
    isAllowed = false
    await told('d', stream())
    await told('d', null)
    expect(button()).toBeNull()
  })
  it('is no matter of the pictures', () => {
    const tile: Tile = { id: 'd', role: 'doctor', name: { zh: '丁', en: 'Ding' }, stream: stream(), isMe: false, isMuted: false, hasPicture: true, isScreen: false, isAway: false, isJoining: false }
    const at = mounted(() => h(CallTile, { tile }))
    expect([at.querySelectorAll('audio').length, [...at.querySelectorAll('video')].every((one) => one.muted)]).toEqual([0, true])
  })
})
