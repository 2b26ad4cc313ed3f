import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Captions, type CaptionMeans } from './captions'
import type { SeatOut } from './types'

const seat = (id: string, more: Partial<SeatOut> = {}): SeatOut => ({ id, person: id, role: 'patient', name: { zh: id, en: id }, is_main: true, sends: true, here: true, line: 1, muted: false, camera: true, screen: false, audio_only: false, recording: 'off', ...more })
const piece = new Blob(['x'.repeat(2_000)], { type: 'audio/webm' })

/** A page whose voice is recorded in no time it asks for. */
function page(more: Partial<CaptionMeans> = {}) {
  const said: { to: string; data: unknown }[] = []
  let isMuted = false
  const means: CaptionMeans = {
    say: (to, data) => said.push({ to, data }),
    voice: () => (isMuted ? null : ({} as MediaStreamTrack)),
    writeDown: () => Promise.resolve('words'),
    changed: () => undefined,
    record: (_track, ms, over) => new Promise((done) => setTimeout(() => done(over.aborted ? new Blob() : piece), ms)),
    ...more,
  }
  return { captions: new Captions(means), said, mute: (on: boolean) => (isMuted = on) }
}
const texts = (said: { to: string; data: unknown }[]) => said.filter(({ data }) => 'text' in (data as object)).map(({ to }) => to)

describe('captions', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('sends nobody\'s voice to be written down before somebody wishes to read and its owner agrees', async () => {
    const writeDown = vi.fn(() => Promise.resolve('words'))
    const { captions, said } = page({ writeDown })
    captions.follow([seat('a')])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(writeDown).not.toHaveBeenCalled()
    captions.hear('a', { kind: 'caption', wish: true })
    expect([captions.isAsked, captions.isHeard]).toEqual([true, false])
    await vi.advanceTimersByTimeAsync(8_100)
    expect(writeDown).not.toHaveBeenCalled()
    captions.agree(true)
    expect([captions.isAsked, captions.isHeard]).toEqual([false, true])
    await vi.advanceTimersByTimeAsync(8_100)
    expect(writeDown).toHaveBeenCalledTimes(2)
    expect(texts(said)).toEqual(['a', 'a'])
  })

  it('stops when the reader stops, or has gone', async () => {
    const { captions, said } = page()
    captions.follow([seat('a'), seat('b')])
    captions.agree(true)
    captions.hear('a', { kind: 'caption', wish: true })
    captions.hear('b', { kind: 'caption', wish: true })
    captions.follow([seat('a')])
    captions.hear('a', { kind: 'caption', wish: false })
    expect(captions.isHeard).toBe(false)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(texts(said)).toEqual([])
  })

  it('keeps still while muted', async () => {
    const { captions, said, mute } = page()
    mute(true)
    captions.agree(true)
    captions.hear('a', { kind: 'caption', wish: true })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(texts(said)).toEqual([])
    mute(false)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(texts(said)).toEqual(['a'])
    captions.stop()
  })

  it('tells those who come later of the wish, and shows lines for a while', () => {
    const { captions, said } = page({ now: () => Date.now() })
    captions.read(true)
    captions.follow([seat('a')])
    captions.follow([seat('a'), seat('b'), seat('observer', { sends: false })])
    expect(said.map(({ to }) => to)).toEqual(['a', 'b'])
    expect(captions.hear('a', { kind: 'description' })).toBe(false)
    for (const text of ['one', 'two', 'three', 'four']) captions.hear('a', { kind: 'caption', text })
    expect(captions.lines.map(({ text }) => text)).toEqual(['two', 'three', 'four'])
    vi.advanceTimersByTime(13_000)
    expect(captions.lines).toEqual([])
  })

  it('stops when its owner takes the yes back', async () => {
    const { captions, said } = page()
    captions.agree(true)
    captions.hear('a', { kind: 'caption', wish: true })
    captions.agree(false)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(texts(said)).toEqual([])
    expect(captions.isAsked).toBe(false)
  })

  it('a house that does not answer loses the words, not the call', async () => {
    const { captions, said } = page({ writeDown: () => Promise.reject(new Error('away')) })
    captions.agree(true)
    captions.hear('a', { kind: 'caption', wish: true })
    await vi.advanceTimersByTimeAsync(9_000)
    expect(texts(said)).toEqual([])
    expect(captions.isHeard).toBe(true)
    captions.stop()
  })
})
