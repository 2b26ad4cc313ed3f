import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h } from 'vue'

import { makeI18n } from '@/shared/i18n'

import type { RoomState } from '../types'
import CallBar from './CallBar.vue'

type Seen = Pick<RoomState, 'muted' | 'camera' | 'mode' | 'modeBecause' | 'sharing' | 'captions'>
let close = (): void => undefined
afterEach(() => close())

function bar(change: Partial<Seen>) {
  const state: Seen = { muted: false, camera: true, mode: 'video', modeBecause: null, sharing: false, captions: { offered: false, reading: false, asked: null, heard: false, lines: [] }, ...change }
  const told: unknown[] = []
  const app = createApp({ render: () => h(CallBar, { state, can: { camera: true, flip: true, voice: true }, onCamera: (isOn: boolean) => told.push(['camera', isOn]), onMode: (mode: string) => told.push(['mode', mode]) }) })
  const at = document.createElement('div')
  app.use(makeI18n({ zh: {}, en: {} })).mount(at)
  close = () => app.unmount()
  const press = (name: string): void => at.querySelector<HTMLButtonElement>(`[data-testid=${name}]`)?.click()
  const has = (name: string): boolean => at.querySelector(`[data-testid=${name}]`) !== null
  return { press, has, told }
}

describe('the controls of a call', () => {
  it('let the camera be put out while a weak line carries sound only', () => {
    const { press, told } = bar({ mode: 'audio', modeBecause: 'weak' })
    press('call-camera')
    expect(told).toEqual([['camera', false]])
  })
  it('let one stay with voice then, instead of waiting for the picture', () => {
    const { press, told } = bar({ mode: 'audio', modeBecause: 'weak' })
    press('call-mode')
    expect(told).toEqual([['mode', 'audio']])
  })
  it('have no camera where voice was chosen, and the way back', () => {
    const { press, has, told } = bar({ mode: 'audio', modeBecause: 'chosen', camera: false })
    press('call-mode')
    expect([has('call-camera'), has('call-flip'), told]).toEqual([false, false, [['mode', 'video']]])
  })
})
