import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { SeatOut } from '../live/seats'
import { FakeConnection, FakeLine, seat, settled } from './fakes'
import { LocalMedia, type Devices } from './localmedia'
import type { Source } from './recording/recording'
import { CallRoom } from './room'
import type { RecordingAlarm, RecordingSign, SeatRole, Ticket } from './types'

/** A keeping of which the test says when it is done; and what it told the room. */
class FakeRecording {
  static all: FakeRecording[] = []
  stopped: FakeTrack[] = []
  isOver = false
  readonly told: (sign: RecordingSign, alarm: RecordingAlarm | null) => void
  sources: Source[] = []
  kept!: () => void
  constructor(_of: unknown, told: FakeRecording['told']) {
    this.told = told
    FakeRecording.all.push(this)
  }
  follow(sources: Source[]): void {
    this.sources = sources
  }
  stop(): Promise<void> {
    this.isOver = true
    this.stopped = this.sources.flatMap(({ audio, video }) => [audio, video] as unknown as FakeTrack[]).filter((track) => (track as FakeTrack | null)?.readyState === 'live')
    return new Promise((done) => (this.kept = done))
  }
  /** As a recording ends by itself. */
  ends(): void {
    this.isOver = true
    this.told('lost', 'lost')
  }
}
vi.mock('./recording/recording', () => ({ Recording: FakeRecording }))

class FakeTrack {
  readyState = 'live'
  enabled = true
  contentHint = ''
  onended: (() => void) | null = null
  readonly kind: string
  readonly id = String(Math.random())
  constructor(kind: string) {
    this.kind = kind
  }
  stop(): void {
    this.readyState = 'ended'
  }
}
class FakeStream {
  private tracks: FakeTrack[]
  readonly id = String(Math.random())
  constructor(tracks: FakeTrack[] = []) {
    this.tracks = [...tracks]
  }
  getTracks = (): FakeTrack[] => [...this.tracks]
  getAudioTracks = (): FakeTrack[] => this.tracks.filter(({ kind }) => kind === 'audio')
  getVideoTracks = (): FakeTrack[] => this.tracks.filter(({ kind }) => kind === 'video')
  addTrack = (track: FakeTrack): unknown => this.tracks.push(track)
  removeTrack = (track: FakeTrack): unknown => (this.tracks = this.tracks.filter((each) => each !== track))
}

const PATIENT = seat('p', 'patient')
const DOCTOR = seat('d', 'doctor')
const ticket = (mine: SeatOut): Ticket => ({ room: 'room', call_id: 'room', seat: mine.id, role: mine.role, backend: 'p2p', relay_only: false, ice_servers: [], seats: [], captions: null })

/** Time that passed with nothing happening. */
let skipped = 0

interface Stood {
  room: CallRoom
  line: FakeLine
  pcs: FakeConnection[]
  given: FakeTrack[]
  left: string[]
  sees: (...seats: SeatOut[]) => void
  /** The house’s answers to who asks for the seat again. */
  tickets: ((fresh: Ticket | null) => void)[]
}

function stand(mine = PATIENT, refuses: string[] = []): Stood {
  const [line, pcs, given, left]: [FakeLine, FakeConnection[], FakeTrack[], string[]] = [new FakeLine(), [], [], []]
  const devices: Devices = {
    getUserMedia: (asked) => {
      const kind = asked.video ? 'video' : 'audio'
      if (refuses.includes(kind)) return Promise.reject(new DOMException('no', 'NotAllowedError'))
      const track = new FakeTrack(kind)
      given.push(track)
      return Promise.resolve(new FakeStream([track]) as unknown as MediaStream)
    },
    enumerateDevices: () => Promise.resolve([]),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }
  const tickets: Stood['tickets'] = []
  const room = new CallRoom(ticket(mine), {
    line,
    media: new LocalMedia(devices),
    now: () => performance.now() + skipped,
    make: ({ iceServers }) => {
      const pc = new FakeConnection()
      pc.did.push(`made ${iceServers?.[0]?.username ?? ''}`)
      pcs.push(pc)
      return pc as unknown as RTCPeerConnection
    },
    seats: { takeSeat: () => new Promise((took, refused) => tickets.push((fresh) => (fresh ? took(fresh) : refused(new Error('away'))))), leaveSeat: (_room, id) => Promise.resolve(left.push(id)) },
  })
  return { room, line, pcs, given, left, tickets, sees: (...seats) => line.listener?.seats(seats) }
}
async function together(mine = PATIENT, other = DOCTOR): Promise<Stood> {
  const stood = stand(mine)
  await stood.room.enter()
  stood.line.listener?.seated([mine, other])
  await settled()
  stood.pcs[0]?.becomes('connected')
  await vi.advanceTimersByTimeAsync(100)
  return stood
}

beforeEach(() => {
  skipped = 0
  FakeRecording.all = []
  vi.useFakeTimers()
  vi.stubGlobal('MediaStream', FakeStream)
  vi.stubGlobal('MediaStreamTrack', FakeTrack)
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a room', () => {
  it('is joined, stands, breaks and stands again; the others are told whether it is up', async () => {
    const { room, line, pcs } = stand()
    await room.enter()
    expect(room.state.phase).toBe('joining')
    line.listener?.seated([PATIENT, DOCTOR])
    await settled()
    pcs[0]?.becomes('connected')
    expect([room.state.phase, room.state.verdict]).toEqual(['live', 'good'])
    await vi.advanceTimersByTimeAsync(100)
    expect(line.reports.at(-1)).toMatchObject({ up: true, camera: true, muted: false })
    pcs[0]?.becomes('disconnected')
    expect([room.state.phase, room.state.verdict]).toEqual(['broken', 'down'])
    await vi.advanceTimersByTimeAsync(100)
    expect(line.reports.at(-1)?.up).toBe(false)
  })
  it('tells a change at once, and otherwise every two seconds', async () => {
    const { room, line } = await together()
    const before = line.reports.length
    room.setMuted(true)
    await vi.advanceTimersByTimeAsync(100)
    expect(line.reports.slice(before)).toMatchObject([{ muted: true }])
    await vi.advanceTimersByTimeAsync(6_000)
    expect(line.reports.length).toBe(before + 4)
  })
  it('without a line nothing is told, and media that stand are left alone', async () => {
    const { room, line, pcs } = await together()
    line.listener?.lost()
    const before = line.reports.length
    await vi.advanceTimersByTimeAsync(5_000)
    expect([line.reports.length, room.state.phase, room.state.lineUp]).toEqual([before, 'live', false])
    line.listener?.seated([PATIENT, DOCTOR])
    expect([pcs.length, room.state.lineUp]).toEqual([1, true])
  })
  it('when its line comes back and nothing stands, the connection is made anew', async () => {
    const { line, pcs } = await together()
    pcs[0]?.becomes('failed')
    const made = pcs.length
    await vi.advanceTimersByTimeAsync(3_000)
    line.listener?.lost()
    line.listener?.seated([PATIENT, DOCTOR])
    expect(pcs.length).toBe(made + 1)
  })
  it('a person’s new page takes the place of the old one', async () => {
    const { room, sees, pcs } = await together()
    sees(PATIENT, { ...DOCTOR, id: 'd2' })
    expect([pcs[0]?.isClosed, [...room.state.peers.keys()]]).toEqual([true, ['d2']])
  })
  it('shows no hidden seat, and no connection with one', async () => {
    const { room, sees, pcs } = await together(DOCTOR, PATIENT)
    sees(PATIENT, DOCTOR, { ...seat('o', 'observer'), is_hidden: true })
    expect(pcs).toHaveLength(2)
    expect(room.state.seats.map(({ id }) => id)).toEqual(['p'])
    expect([...room.state.peers.keys()]).toEqual(['p'])
  })
  it('a signal that comes before its seat is heard when the seat is there', async () => {
    const { room, line, pcs, sees } = stand(DOCTOR)
    void room.enter()
    line.listener?.seated([{ ...DOCTOR, id: 'd' }])
    line.listener?.signal('a', { kind: 'description', from: 'A1', to: null, n: 1, description: { type: 'offer', sdp: 'v=0' } })
    sees(DOCTOR, { ...PATIENT, id: 'a' })
    await settled()
    expect(pcs[0]?.signalingState).toBe('stable')
    expect(line.signals.at(-1)).toMatchObject({ to: 'a', data: { kind: 'description', to: 'A1' } })
  })
})

describe('the way through the relay', () => {
  const through = (username: string): Ticket => ({ ...ticket(PATIENT), ice_servers: [{ urls: ['turn:r'], username, credential: 'c' }] })
  /** Standing for so long, and the time to ask again. */
  async function old(minutes = 45): Promise<Stood> {
    const stood = await together()
    skipped = minutes * 60_000
    await vi.advanceTimersByTimeAsync(2_000)
    return stood
  }

  it('is asked for again before the hour is over, once, and used from then on', async () => {
    const { tickets, pcs } = await old(44)
    expect(tickets).toHaveLength(0)
    skipped += 60_000
    await vi.advanceTimersByTimeAsync(2_000)
    expect(tickets).toHaveLength(1)
    tickets[0]?.(through('second'))
    await settled()
    skipped += 20 * 60_000
    await vi.advanceTimersByTimeAsync(4_000)
    expect([tickets.length, pcs[0]?.did]).toEqual([1, ['made ', 'configured second']])
  })
  it('is waited for by what breaks meanwhile: first the new one, then ICE again', async () => {
    const { tickets, pcs } = await old()
    pcs[0]?.becomes('disconnected')
    await vi.advanceTimersByTimeAsync(4_500)
    expect(pcs[0]?.did).toEqual(['made '])
    tickets[0]?.(through('second'))
    await settled()
    expect(pcs[0]?.did).toEqual(['made ', 'configured second', 'restarted'])
  })
  it('is waited for by new connections, and by what the others say to them', async () => {
    const { tickets, pcs, line } = await old()
    pcs[0]?.becomes('failed')
    line.listener?.lost()
    line.listener?.seated([PATIENT, { ...DOCTOR, id: 'd2' }])
    line.listener?.signal('d2', { kind: 'description', from: 'D2', to: null, n: 1, description: { type: 'offer', sdp: 'v=0' } })
    await settled()
    expect(pcs).toHaveLength(1)
    tickets[0]?.(through('second'))
    await settled()
    expect(pcs.slice(1).map(({ did }) => did[0])).not.toContain('made ')
    expect(pcs.at(-1)?.isClosed).toBe(false)
    expect(line.signals.at(-1)).toMatchObject({ to: 'd2', data: { to: 'D2' } })
  })
  it('that the house does not give, or not in time, holds nothing up', async () => {
    const { tickets, pcs } = await old()
    pcs[0]?.becomes('failed')
    tickets[0]?.(null)
    await settled()
    expect(pcs).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(32_000)
    expect(tickets).toHaveLength(2)
    pcs.at(-1)?.becomes('failed')
    const made = pcs.length
    await vi.advanceTimersByTimeAsync(5_000)
    expect(pcs.length).toBe(made + 1)
  })
  it('is nobody’s who has left', async () => {
    const { tickets, pcs, room } = await old()
    pcs[0]?.becomes('failed')
    await room.leave()
    tickets[0]?.(through('second'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect([pcs.length, tickets.length]).toEqual([1, 1])
  })
})

describe('devices', () => {
  it('a refused microphone is said, and the call is joined nevertheless', async () => {
    const { room, line } = stand(PATIENT, ['audio'])
    await room.enter()
    expect(room.state.microphoneFault).toBe('refused')
    expect([room.state.camera, line.listener !== null]).toEqual([true, true])
  })
  it('a voice call asks for no camera', async () => {
    const { room, given } = stand()
    await room.enter({ mode: 'audio' })
    expect([given.map(({ kind }) => kind), room.state.mode, room.state.modeBecause]).toEqual([['audio'], 'audio', 'chosen'])
  })
  it('sound alone by hand puts the camera out, and brings it back', async () => {
    const { room, line, given } = await together()
    await room.setMode('audio')
    await vi.advanceTimersByTimeAsync(100)
    expect(given.find(({ kind }) => kind === 'video')?.readyState).toBe('ended')
    expect(line.reports.at(-1)).toMatchObject({ audio_only: true, camera: false })
    await room.setMode('video')
    expect([room.state.mode, room.state.camera]).toEqual(['video', true])
  })
  it('stays dark when another turns the call back to pictures, until the camera is opened by hand', async () => {
    const { room } = await together()
    await room.setMode('audio')
    await room.setMode('video', { camera: false })
    expect([room.state.mode, room.state.camera]).toEqual(['video', false])
    await room.setCamera(true)
    expect(room.state.camera).toBe(true)
  })
  it('an observer is asked for nothing', async () => {
    const { room, given } = stand(seat('o', 'observer'))
    await room.enter()
    expect(given).toEqual([])
  })
})

describe('a recording', () => {
  const begun = async (): Promise<Stood> => {
    const stood = await together(DOCTOR, PATIENT)
    await stood.room.startRecording({ owner: 'wang' })
    FakeRecording.all[0]?.told('on', null)
    return stood
  }
  it('that ended by itself is lost until somebody takes it back, and can be begun anew', async () => {
    const { room, line } = await begun()
    FakeRecording.all[0]?.ends()
    await vi.advanceTimersByTimeAsync(100)
    expect([room.state.recording, room.state.recordingAlarm, line.reports.at(-1)?.recording]).toEqual(['lost', 'lost', 'lost'])
    await room.stopRecording()
    expect([room.state.recording, room.state.recordingAlarm]).toEqual(['off', null])
    await room.startRecording({ owner: 'wang' })
    FakeRecording.all[1]?.told('on', null)
    expect([FakeRecording.all.length, room.state.recording]).toEqual([2, 'on'])
  })
  it('that is kept late says nothing of the one that runs now', async () => {
    const { room } = await begun()
    const [first] = FakeRecording.all
    void room.stopRecording()
    await room.startRecording({ owner: 'wang' })
    FakeRecording.all[1]?.told('on', null)
    first?.kept()
    first?.told('off', null)
    expect(room.state.recording).toBe('on')
  })
})

describe('the end', () => {
  it('by leaving: the seat is given back and the devices are let go', async () => {
    const { room, given, left, line, pcs } = await together()
    await room.leave()
    expect([room.state.phase, room.state.overBecause, left, line.listener]).toEqual(['over', 'left', ['p'], null])
    expect(given.every(({ readyState }) => readyState === 'ended')).toBe(true)
    expect(pcs[0]?.isClosed).toBe(true)
  })
  it('the camera goes out and the seat is given back at once, however long the device takes to keep what was recorded', async () => {
    const { room, given, left } = await together(DOCTOR, PATIENT)
    await room.startRecording({ owner: 'wang' })
    void room.leave()
    await settled()
    // Its last moments are in the recording: it was stopped while they lived.
    expect(FakeRecording.all[0]?.stopped).toHaveLength(2)
    expect(given.every(({ readyState }) => readyState === 'ended')).toBe(true)
    expect([room.state.camera, left]).toEqual([false, ['d']])
  })
  it.each(['elsewhere', 'ended', 'removed'] as const)('by the house: %s', async (reason) => {
    const { room, line, left } = await together()
    line.listener?.unseated(reason)
    await settled()
    expect([room.state.phase, room.state.overBecause, left]).toEqual(['over', reason, []])
    const before = line.reports.length
    await vi.advanceTimersByTimeAsync(10_000)
    expect(line.reports.length).toBe(before)
  })
  it('a page that is hidden for good rises at once, and sits again when it is shown', async () => {
    const { line } = await together()
    dispatchEvent(new Event('pagehide'))
    expect(line.listener).toBeNull()
    dispatchEvent(new Event('pageshow'))
    expect(line.listener).not.toBeNull()
  })
  it.each<SeatRole>(['patient', 'doctor', 'specialist', 'guest'])('a room that was left is not entered again (%s)', async (role) => {
    const { room, line } = stand(seat('p', role))
    await room.enter()
    await room.leave()
    await room.enter()
    expect(line.listener).toBeNull()
  })
})
