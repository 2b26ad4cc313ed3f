import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'

import { ApiProblem } from '@/shared/api/problem'
import { calls } from '@/shared/call/api'
import { FakeConnection } from '@/shared/call/fakes'
import type { CallOfVisit, CallOut } from '@/shared/call/types'

import { letGo, mediaInHand, problem } from './current'
import { forget, mine } from './mine'
import { useVisitCall } from './useVisitCall'

vi.mock('@/shared/api/session', async (whole) => ({ ...(await whole<object>()), useSession: () => ({ account: { value: { id: 'p' } } }) }))

/** What the house would answer now. */
let house: CallOfVisit
let app: App
let queries: QueryClient
let tracks: { readyState: string }[] = []
const live = (): number => tracks.filter((track) => track.readyState === 'live').length
const ringing = (asked_by: CallOut['asked_by']): CallOut => ({ id: 'c', consultation_id: 'v', channel: 'audio', state: 'ringing', asked_by, people: [], may: ['answer'] }) as unknown as CallOut
const refusal = (): Promise<never> => Promise.reject(new ApiProblem({ status: 409, code: 'call_over', text: { zh: '', en: '' } }))

async function page(): Promise<ReturnType<typeof useVisitCall>> {
  let found: ReturnType<typeof useVisitCall> | undefined
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  app = createApp({ setup: () => ((found = useVisitCall('v', 'p')), () => null) }).use(VueQueryPlugin, { queryClient: queries })
  app.mount(document.createElement('div'))
  await vi.waitFor(() => expect(found?.isLoading.value).toBe(false))
  return found as ReturnType<typeof useVisitCall>
}
async function tells(call: CallOut | null): Promise<void> {
  house = { ...house, call }
  await queries.invalidateQueries()
  await new Promise((done) => setTimeout(done))
}

beforeEach(() => {
  tracks = []
  house = { call: null, may: ['ring_audio'], wished: 'text' }
  class Track {
    readyState = 'live'
    stop = (): void => void (this.readyState = 'ended')
    constructor() {
      tracks.push(this)
    }
  }
  class Stream {
    tracks: Track[] = []
    addTrack = (track: Track): void => void this.tracks.push(track)
    removeTrack = (track: Track): void => void (this.tracks = this.tracks.filter((each) => each !== track))
    getTracks = (): Track[] => [...this.tracks]
    getAudioTracks = (): Track[] => this.getTracks()
    getVideoTracks = (): Track[] => []
  }
  const getUserMedia = (): Promise<Stream> => {
    const stream = new Stream()
    stream.addTrack(new Track())
    return Promise.resolve(stream)
  }
  vi.stubGlobal('MediaStream', Stream)
  vi.stubGlobal('MediaStreamTrack', Track)
  vi.stubGlobal('RTCPeerConnection', FakeConnection)
  vi.stubGlobal('navigator', { userAgent: '', mediaDevices: { getUserMedia, addEventListener: () => undefined, removeEventListener: () => undefined } })
  vi.spyOn(calls, 'ofVisit').mockImplementation(() => Promise.resolve(house))
})
afterEach(() => {
  app.unmount()
  queries.clear()
  letGo()
  forget()
  problem.value = null
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a call that nobody takes leaves no microphone on', () => {
  const rung = async (): Promise<ReturnType<typeof useVisitCall>> => {
    const at = await page()
    vi.spyOn(calls, 'ring').mockImplementation(() => {
      house = { ...house, call: ringing('patient') }
      return Promise.resolve(ringing('patient'))
    })
    await at.ringDoctor('audio')
    await tells(ringing('patient'))
    expect([at.scene.value, live()]).toEqual(['outgoing', 1])
    return at
  }

  it('declined, or missed after a minute', async () => {
    await rung()
    await tells(null)
    expect([live(), mine.value]).toEqual([0, null])
  })
  it('declined before this page had read that it rings', async () => {
    const at = await page()
    vi.spyOn(calls, 'ring').mockImplementation(() => Promise.resolve(ringing('patient')))
    await at.ringDoctor('audio')
    expect([live(), mine.value]).toEqual([0, null])
  })
  it('not rung at all, since the house refused', async () => {
    const at = await page()
    vi.spyOn(calls, 'ring').mockImplementation(refusal)
    await at.ringDoctor('audio')
    expect([tracks.length, live(), at.problem.value?.code]).toEqual([1, 0, 'call_over'])
  })
  it('tapped twice, and refused once', async () => {
    const at = await page()
    vi.spyOn(calls, 'ring').mockImplementation(refusal)
    await Promise.all([at.ringDoctor('audio'), at.ringDoctor('audio')])
    expect([tracks.length, live()]).toEqual([1, 0])
  })
  it('answered too late', async () => {
    const at = await page()
    await tells(ringing('doctor'))
    vi.spyOn(calls, 'answer').mockImplementation(refusal)
    await at.take('audio')
    expect([tracks.length, live(), mine.value]).toEqual([1, 0, null])
  })
  it('not rung at all, since this browser cannot carry a call', async () => {
    const at = await page()
    vi.stubGlobal('RTCPeerConnection', undefined)
    const asked = vi.spyOn(calls, 'ring')
    await at.ringDoctor('audio')
    expect([asked.mock.calls.length, tracks.length, at.problem.value?.code]).toEqual([0, 0, 'call_unable'])
  })
  it('while one that still rings keeps it', async () => {
    await rung()
    await tells(ringing('patient'))
    expect([live(), mediaInHand().stream.getTracks().length]).toEqual([1, 1])
  })
})
