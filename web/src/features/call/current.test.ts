import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem, offline } from '@/shared/api/problem'
import { FakeConnection, FakeLine, settled } from '@/shared/call/fakes'
import type { Mode, Ticket } from '@/shared/call/types'

import { drop, enter, entering, leave, letGo, makeReady, out, problem, standing } from './current'
import { forget, mine, read } from './mine'

/** Every track that this page was ever given. */
let given: Track[] = []
const live = (): number => given.filter((track) => track.readyState === 'live').length

class Track {
  readyState = 'live'
  enabled = true
  contentHint = ''
  onended: (() => void) | null = null
  constructor(readonly kind: 'audio' | 'video') {
    given.push(this)
  }
  stop(): void {
    this.readyState = 'ended'
  }
}
class Stream {
  private readonly tracks = new Set<Track>()
  addTrack = (track: Track) => this.tracks.add(track)
  removeTrack = (track: Track) => this.tracks.delete(track)
  getTracks = (): Track[] => [...this.tracks]
  getAudioTracks = (): Track[] => this.getTracks().filter(({ kind }) => kind === 'audio')
  getVideoTracks = (): Track[] => this.getTracks().filter(({ kind }) => kind === 'video')
}
const devices = {
  getUserMedia: (asked: MediaStreamConstraints) => {
    const stream = new Stream()
    stream.addTrack(new Track(asked.audio ? 'audio' : 'video'))
    return Promise.resolve(stream)
  },
  enumerateDevices: () => Promise.resolve([]),
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}

let line: FakeLine
let givenBack: string[] = []
const ticket = (call: string, seat: string): Ticket => ({ room: call, call_id: call, seat, role: 'guest', backend: 'p2p', relay_only: false, ice_servers: [], seats: [], captions: null })
const seatIn = (call: string, seat: string) => Promise.resolve(ticket(call, seat))
const leaveSeat = (call: string) => {
  givenBack.push(call)
  return Promise.resolve()
}
const come = (takeSeat = seatIn, call = 'c', mode: Mode = 'audio'): Promise<void> =>
  enter({ visit: 'v', call, mode, me: { role: 'guest', name: { zh: '', en: '' }, sends: true } }, { line, takeSeat, leaveSeat })

beforeEach(() => {
  vi.stubGlobal('MediaStream', Stream)
  vi.stubGlobal('MediaStreamTrack', Track)
  vi.stubGlobal('RTCPeerConnection', FakeConnection)
  vi.stubGlobal('navigator', { userAgent: '', maxTouchPoints: 0, mediaDevices: devices })
  given = []
  givenBack = []
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })))
  line = new FakeLine()
  out.value = null
  forget()
})
afterEach(async () => {
  await leave()
  vi.unstubAllGlobals()
})

describe('the call in which a page stands', () => {
  it('is kept for a reload from the moment one is inside', async () => {
    await come()
    expect([standing.value?.call, read()?.call, read()?.mode]).toEqual(['c', 'c', 'audio'])
  })
  it('is given up to another device at once, and not taken back by itself', async () => {
    await come()
    line.listener?.unseated('elsewhere')
    await settled()
    expect([standing.value, out.value, mine.value]).toEqual([null, { call: 'c', because: 'elsewhere' }, null])
  })
  it('can be taken back here by a tap', async () => {
    await come()
    line.listener?.unseated('elsewhere')
    await settled()
    await come()
    expect([standing.value?.call, out.value]).toEqual(['c', null])
  })
  it('is left once, and forgotten', async () => {
    await come()
    await leave()
    expect([standing.value, out.value?.because, read()]).toEqual([null, 'left', null])
  })
  it('keeps a muted microphone muted after a reload', async () => {
    await come()
    standing.value?.room.setMuted(true)
    await settled()
    expect(read()?.muted).toBe(true)
  })
  it('keeps the camera off after a reload when it was put out on a weak line', async () => {
    await come(seatIn, 'c', 'video')
    const { room } = standing.value ?? {}
    if (room) Object.assign(room.state, { mode: 'audio', modeBecause: 'weak' })
    await settled()
    expect([read()?.mode, read()?.camera]).toEqual(['video', true])
    if (room) room.state.camera = false
    await settled()
    expect([read()?.mode, read()?.camera]).toEqual(['video', false])
  })
  it('is tried again when only the line was missing, and not after a refusal', async () => {
    mine.value = { call: 'c', mode: 'audio', muted: false, camera: false }
    await come(() => Promise.reject(offline()))
    expect([mine.value.call, entering.value, problem.value?.status]).toEqual(['c', false, offline().status])
    await come(() => Promise.reject(new ApiProblem({ status: 409, code: 'room_closed' } as never)))
    expect([mine.value, standing.value]).toEqual([null, null])
  })
})

describe('camera and microphone', () => {
  const ring = async (mode: Mode = 'video'): Promise<void> => {
    mine.value = { call: 'c', mode, muted: false, camera: mode === 'video' }
    await makeReady(mode)
  }

  it('are taken at the tap, and go out when nobody answers or the doctor declines', async () => {
    await ring()
    expect(live()).toBe(2)
    await drop('c')
    expect([live(), mine.value]).toEqual([0, null])
  })
  it('go out after a ring or an answer that is refused', async () => {
    await ring()
    letGo()
    expect(live()).toBe(0)
  })
  it('go out even when the browser allows them only after that', async () => {
    const asked = ring()
    letGo()
    await asked
    expect([given.length, live()]).toEqual([1, 0])
  })
  it('go out when no seat is to be had', async () => {
    await ring()
    await come(() => Promise.reject(new ApiProblem({ status: 409, code: 'room_closed' } as never)))
    expect(live()).toBe(0)
  })
  it('stay for a call of one’s own while another one stops ringing', async () => {
    await ring()
    await drop('d')
    expect([live(), mine.value?.call]).toEqual([2, 'c'])
    letGo()
  })
  it('are the room’s once one is inside, and out when it is left', async () => {
    await ring()
    await come(seatIn, 'c', 'video')
    letGo()
    expect([live(), standing.value?.room.state.camera]).toEqual([2, true])
    await leave()
    expect(live()).toBe(0)
  })
})

describe('a second call', () => {
  it('is entered only once the first is left, with devices of its own', async () => {
    await come(seatIn, 'c', 'video')
    const first = standing.value?.room
    const before = [...given]
    mine.value = { call: 'd', mode: 'audio', muted: false, camera: false }
    await makeReady('audio')
    await come(seatIn, 'd')
    expect([first?.state.overBecause, before.map((track) => track.readyState)]).toEqual(['left', ['ended', 'ended']])
    expect([standing.value?.call, read()?.call, out.value, live()]).toEqual(['d', 'd', null, 1])
    expect(standing.value?.room.state.local).not.toBe(first?.state.local)
  })
  it('rung while one is inside shows nothing of it to the first', async () => {
    await come(seatIn, 'c', 'audio')
    await makeReady('video')
    expect(standing.value?.room.state.camera).toBe(false)
    letGo()
  })
})

describe('a way in that has been given up', () => {
  const late = () => {
    let answer: () => void = () => undefined
    const takeSeat = (call: string, seat: string) => new Promise<Ticket>((done) => (answer = () => done(ticket(call, seat))))
    return { takeSeat, answer: () => answer() }
  }

  it('leads nowhere: signed out or ended meanwhile, the seat is given back', async () => {
    const house = late()
    const coming = come(house.takeSeat)
    await makeReady('audio')
    await leave()
    house.answer()
    await coming
    expect([standing.value, givenBack, live(), entering.value]).toEqual([null, ['c'], 0, false])
  })
  it('does not stand in the way of another call', async () => {
    const house = late()
    const coming = come(house.takeSeat)
    await come(seatIn, 'd')
    house.answer()
    await coming
    expect([standing.value?.call, givenBack, live()]).toEqual(['d', ['c'], 1])
  })
  it('is not even asked for where the browser cannot carry a call, nor again and again', async () => {
    vi.stubGlobal('RTCPeerConnection', undefined)
    mine.value = { call: 'c', mode: 'audio', muted: false, camera: false }
    const takeSeat = vi.fn(seatIn)
    await come(takeSeat)
    expect([takeSeat.mock.calls.length, problem.value?.code, mine.value, entering.value]).toEqual([0, 'call_unable', null, false])
  })
  it('gives the seat back where the browser can make no room', async () => {
    // It breaks only once it is used.
    vi.stubGlobal('MediaStream', () => undefined)
    await come()
    expect([standing.value, givenBack, problem.value !== null, entering.value]).toEqual([null, ['c'], true, false])
  })
})
