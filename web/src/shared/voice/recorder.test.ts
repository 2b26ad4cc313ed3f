// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { minutes } from './clock'
import { LONGEST_MS, loudness, useRecorder } from './useRecorder'

class FakeRecorder {
  static isTypeSupported = (kind: string): boolean => kind.startsWith('audio/webm')
  state = 'inactive'
  mimeType = 'audio/webm;codecs=opus'
  ondataavailable: ((e: { data: Blob }) => void) | null = null
  onstop: (() => void) | null = null
  start(): void {
    this.state = 'recording'
  }
  stop(): void {
    this.state = 'inactive'
    this.ondataavailable?.({ data: new Blob(['sound']) })
    this.onstop?.()
  }
}
const track = { stop: vi.fn(), onended: null as (() => void) | null }
const stream = { getTracks: () => [track], getAudioTracks: () => [track] }
const ask = vi.fn()
let scope = effectScope()
const made = (): ReturnType<typeof useRecorder> => scope.run(useRecorder) as ReturnType<typeof useRecorder>

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  vi.stubGlobal('MediaRecorder', FakeRecorder)
  vi.stubGlobal('AudioContext', undefined)
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: ask }, configurable: true })
  ask.mockReset().mockResolvedValue(stream)
  track.stop.mockReset()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a recorder', () => {
  it('records until it is stopped, and lets the microphone go', async () => {
    const one = made()
    await one.start()
    vi.advanceTimersByTime(3000)
    expect(one.state.value).toBe('recording')
    expect(minutes(one.ms.value)).toBe('0:03')
    await one.stop()
    expect(one.state.value).toBe('done')
    expect(one.recording.value?.sound.type).toBe('audio/webm')
    expect(one.recording.value?.ms).toBe(3000)
    expect(track.stop).toHaveBeenCalled()
  })

  it('stops by itself after a minute', async () => {
    const one = made()
    await one.start()
    await vi.advanceTimersByTimeAsync(LONGEST_MS + 500)
    expect(one.state.value).toBe('done')
    expect(one.recording.value?.ms).toBe(LONGEST_MS)
  })

  it('ends with what there is when a telephone call takes the microphone', async () => {
    const one = made()
    await one.start()
    vi.advanceTimersByTime(2000)
    track.onended?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(one.state.value).toBe('done')
  })

  it('keeps nothing that was cancelled, nor what was hardly begun', async () => {
    const one = made()
    await one.start()
    vi.advanceTimersByTime(3000)
    one.reset()
    expect([one.state.value, one.recording.value]).toEqual(['idle', null])
    await one.start()
    vi.advanceTimersByTime(300)
    await one.stop()
    expect([one.fault.value, one.recording.value]).toEqual(['too_short', null])
  })

  it('does not begin when it was cancelled while the browser asked', async () => {
    const one = made()
    const starting = one.start()
    one.reset()
    await starting
    expect(one.state.value).toBe('idle')
    expect(track.stop).toHaveBeenCalled()
  })

  it('says why there is no microphone', async () => {
    const refused = made()
    ask.mockRejectedValueOnce(Object.assign(new Error(), { name: 'NotAllowedError' }))
    await refused.start()
    expect(refused.fault.value).toBe('refused')
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true })
    const one = made()
    await one.start()
    expect(one.fault.value).toBe('unable')
  })
})

describe('what is recorded', () => {
  it('has a loudness', () => {
    expect(loudness(new Float32Array([0, 0]))).toBe(0)
    expect(loudness(new Float32Array([0.5, -0.5]))).toBe(0.5)
    expect(loudness(new Float32Array())).toBe(0)
  })
})
