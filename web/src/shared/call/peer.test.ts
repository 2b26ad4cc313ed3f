import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FakeConnection, seat, settled } from './fakes'
import { Peer } from './peer'
import type { Signal } from './signals'

interface Stood {
  peer: Peer
  pcs: FakeConnection[]
  said: Signal[]
  pc: () => FakeConnection
}
let isLineUp = true
let video: MediaStreamTrack | null = null

/** `a` is impolite towards `b`, since its id is smaller. */
function stand(mine: string, other: string): Stood {
  const pcs: FakeConnection[] = []
  const said: Signal[] = []
  const peer = new Peer(seat(other, 'doctor'), {
    make: () => {
      const pc = new FakeConnection()
      pcs.push(pc)
      return pc as unknown as RTCPeerConnection
    },
    config: {},
    mine: { id: mine, sends: true },
    sending: () => ({ stream: new MediaStream(), audio: null, video, isScreen: false }),
    say: (signal) => said.push(signal),
    changed: () => undefined,
    whenGood: (act) => act(),
    isLineUp: () => isLineUp,
  })
  const pc = (): FakeConnection => pcs[pcs.length - 1] as FakeConnection
  return { peer, pcs, said, pc }
}
const kinds = ({ said }: Stood): string[] => said.map((signal) => (signal.kind === 'description' ? signal.description.type : signal.kind))
const nameOf = ({ said }: Stood): string => (said.at(-1) as { from: string }).from
const offer = (from: string, n = 1, to: string | null = null): Signal => ({ kind: 'description', from, to, n, description: { type: 'offer', sdp: 'v=0' } })
const answer = (from: string, to: string, n = 1): Signal => ({ kind: 'description', from, to, n, description: { type: 'answer', sdp: 'v=0' } })

beforeEach(() => {
  isLineUp = true
  video = null
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

describe('who begins', () => {
  it('the seat with the smaller id offers, the other says that it waits', async () => {
    const [first, second] = [stand('a', 'b'), stand('b', 'a')]
    await settled()
    expect(kinds(first)).toEqual(['offer'])
    expect(kinds(second)).toEqual(['fresh'])
  })
  it('who sends offers to an observer, whatever the ids', async () => {
    const said: string[] = []
    const of = (mine: { id: string; sends: boolean }, other: string, role: 'doctor' | 'observer') =>
      new Peer(seat(other, role), {
        make: () => new FakeConnection() as unknown as RTCPeerConnection,
        config: {},
        mine,
        sending: () => ({ stream: new MediaStream(), audio: null, video: null, isScreen: false }),
        say: (signal) => said.push(`${mine.id} ${signal.kind}`),
        changed: () => undefined,
        whenGood: (act) => act(),
        isLineUp: () => true,
      })
    of({ id: 'z', sends: true }, 'a', 'observer')
    of({ id: 'a', sends: false }, 'z', 'doctor')
    await settled()
    expect(said).toEqual(['a fresh', 'z description'])
  })
  it('an offer that nobody may have heard is said again to who waits, and not made anew', async () => {
    const first = stand('a', 'b')
    await settled()
    first.peer.hear({ kind: 'fresh', from: 'B1' })
    await settled()
    expect(first.pcs).toHaveLength(1)
    expect(first.said.at(-1)).toMatchObject({ kind: 'description', to: 'B1', n: 1 })
  })
})

describe('negotiation', () => {
  it('candidates that come before the answer wait for it', async () => {
    const first = stand('a', 'b')
    await settled()
    first.peer.hear({ kind: 'fresh', from: 'B1' })
    const me = nameOf(first)
    first.peer.hear({ kind: 'candidate', from: 'B1', to: me, candidate: { candidate: 'early' } })
    await settled()
    expect(first.pc().candidates).toEqual([])
    first.peer.hear(answer('B1', me))
    await settled()
    expect(first.pc().candidates).toEqual([{ candidate: 'early' }])
  })
  it('the same offer twice is answered once', async () => {
    const second = stand('b', 'a')
    second.peer.hear(offer('A1'))
    second.peer.hear(offer('A1'))
    await settled()
    expect(kinds(second)).toEqual(['fresh', 'answer'])
  })
  it('when two offers meet, the impolite one stands and the polite one gives way', async () => {
    const first = stand('a', 'b')
    await settled()
    first.peer.hear({ kind: 'fresh', from: 'B1' })
    const me = nameOf(first)
    first.peer.hear(offer('B1', 1, me))
    await settled()
    expect(first.pc().signalingState).toBe('have-local-offer')
    const second = stand('b', 'a')
    second.peer.hear(offer('A1'))
    await settled()
    second.pc().onnegotiationneeded?.()
    await settled()
    expect(kinds(second).at(-1)).toBe('offer')
    second.peer.hear(offer('A1', 2))
    await settled()
    expect(kinds(second).at(-1)).toBe('answer')
  })
  it('words for a connection that is gone are not heard', async () => {
    const first = stand('a', 'b')
    await settled()
    first.peer.hear({ kind: 'fresh', from: 'B1' })
    first.peer.hear(answer('B1', 'an earlier connection'))
    await settled()
    expect(first.pc().signalingState).toBe('have-local-offer')
  })
  it('what is no signal is no harm', () => {
    const { peer } = stand('a', 'b')
    for (const nonsense of [null, 'x', {}, { kind: 'description', from: 3 }, { kind: 'candidate' }, { kind: 'whose' }]) expect(() => peer.hear(nonsense)).not.toThrow()
  })
})

describe('a connection is made anew', () => {
  it('when the other comes back and nothing stands', async () => {
    const first = stand('a', 'b')
    await settled()
    vi.advanceTimersByTime(3_000)
    first.peer.update(seat('b', 'doctor', { line: 2 }))
    expect(first.pcs).toHaveLength(2)
    expect(first.pcs[0]?.isClosed).toBe(true)
  })
  it('not while it stands, however often the line goes and comes', async () => {
    const first = stand('a', 'b')
    await settled()
    first.pc().becomes('connected')
    vi.advanceTimersByTime(60_000)
    first.peer.update(seat('b', 'doctor', { line: 7 }))
    first.peer.mend()
    expect(first.pcs).toHaveLength(1)
  })
  it('when the other has made its own anew: both sides follow', async () => {
    const first = stand('a', 'b')
    await settled()
    first.peer.hear({ kind: 'fresh', from: 'B1' })
    first.peer.hear({ kind: 'fresh', from: 'B2' })
    expect(first.pcs).toHaveLength(2)
    const second = stand('b', 'a')
    second.peer.hear(offer('A1'))
    second.peer.hear(offer('A2'))
    await settled()
    expect(second.pcs).toHaveLength(2)
    expect(second.said.at(-1)).toMatchObject({ kind: 'description', to: 'A2', description: { type: 'answer' } })
  })
  it('three seconds after it broke ICE is restarted, after six it is made anew', async () => {
    const first = stand('a', 'b')
    await settled()
    first.pc().becomes('connected')
    first.pc().becomes('disconnected')
    vi.advanceTimersByTime(2_900)
    expect(first.pc().restarts).toBe(0)
    vi.advanceTimersByTime(200)
    expect(first.pc().restarts).toBe(1)
    vi.advanceTimersByTime(3_000)
    expect(first.pcs).toHaveLength(2)
    expect(first.peer.rebuilds).toBe(1)
  })
  it('a break that mends itself costs nothing', async () => {
    const first = stand('a', 'b')
    await settled()
    first.pc().becomes('connected')
    first.pc().becomes('disconnected')
    vi.advanceTimersByTime(2_000)
    first.pc().becomes('connected')
    vi.advanceTimersByTime(20_000)
    expect([first.pc().restarts, first.pcs.length]).toEqual([0, 1])
  })
  it('at once when it failed; not without a line, and not when nobody is there to answer', async () => {
    const first = stand('a', 'b')
    await settled()
    isLineUp = false
    first.pc().becomes('failed')
    expect(first.pcs).toHaveLength(1)
    isLineUp = true
    first.peer.update(seat('b', 'doctor', { here: false }))
    first.pc().becomes('failed')
    expect(first.pcs).toHaveLength(1)
    first.peer.update(seat('b', 'doctor'))
    first.pc().becomes('failed')
    expect(first.pcs).toHaveLength(2)
  })
  it('when it does not come to stand in time, again and again but ever less often', async () => {
    const first = stand('a', 'b')
    await settled()
    vi.advanceTimersByTime(12_000)
    expect(first.pcs).toHaveLength(2)
    vi.advanceTimersByTime(17_000)
    expect(first.pcs).toHaveLength(2)
    vi.advanceTimersByTime(1_500)
    expect(first.pcs).toHaveLength(3)
  })
})

describe('what is sent', () => {
  it('changes without a new offer, starts small, and sound comes first', async () => {
    const first = stand('a', 'b')
    await settled()
    first.pc().becomes('connected')
    video = { kind: 'video' } as MediaStreamTrack
    await first.peer.send()
    const [sound, picture] = first.pc().transceivers
    expect(picture?.sender.track).toBe(video)
    expect(picture?.sender.limits).toMatchObject({ maxBitrate: 250_000, maxFramerate: 15, scaleResolutionDownBy: 2, priority: 'low' })
    expect(sound?.sender.limits).toMatchObject({ priority: 'high', networkPriority: 'high' })
    video = null
    await first.peer.send()
    expect(picture?.sender.track).toBeNull()
    expect(kinds(first)).toEqual(['offer'])
  })
})
