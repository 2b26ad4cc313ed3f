import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ifAble, isAble, unable } from './able'
import { FakeConnection } from './fakes'

beforeEach(() => {
  vi.stubGlobal('RTCPeerConnection', FakeConnection)
  vi.stubGlobal('MediaStream', FakeConnection)
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => undefined } })
})
afterEach(() => vi.unstubAllGlobals())

describe('whether this browser can carry a call', () => {
  it('is so where it has connections, streams and devices', () => {
    expect([isAble(), unable()]).toEqual([true, null])
  })
  it.each(['RTCPeerConnection', 'MediaStream'])('is not so without %s, and says what to do instead', (missing) => {
    vi.stubGlobal(missing, undefined)
    expect([isAble(), isAble({ sends: false })]).toEqual([false, false])
    expect(unable()?.text.en).toMatch(/camera and microphone.*another one/)
    expect(unable()?.text.zh).not.toContain('{')
  })
  it('without devices, as over an address without https, one can listen only', () => {
    vi.stubGlobal('navigator', {})
    expect([isAble(), isAble({ sends: false })]).toEqual([false, true])
  })
  it('is asked before the house is', async () => {
    vi.stubGlobal('MediaStream', undefined)
    const asked = vi.fn(() => Promise.resolve(1))
    await expect(ifAble(asked)()).rejects.toMatchObject({ code: 'call_unable' })
    expect(asked).not.toHaveBeenCalled()
  })
})
