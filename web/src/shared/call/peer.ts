/** One other seat: the connection to it, made anew when it must be, and what goes over it. */

import type { SeatOut } from '../live/seats'
import { showsPicture } from './company'
import { Connection, type Part } from './connection'
import { between, CAMERA, climb, FOOT, isSilent, SCREEN, SOUND, verdictOf, type Counters, type Ladder, type Rung, type Sample } from './quality'
import { Relay } from './relay'
import { limit, put } from './senders'
import { countersFrom } from './stats'
import type { Stats, Verdict } from './types'
import { signalFrom, type Signal } from './signals'

const RESTART_AFTER_MS = 3_000
/** The polite side lets the other one try first. */
const POLITE_MS = 1_200
const REBUILD_AFTER_MS = 6_000
const CONNECT_WITHIN_MS = 12_000
const CONNECT_WITHIN_MOST_MS = 30_000
/** Made just now: its first words are said again, rather than making yet another. */
const YOUNG_MS = 2_000
const KEEP_MS = 20_000

/** What this page sends at the moment. */
export interface Sending {
  stream: MediaStream
  audio: MediaStreamTrack | null
  video: MediaStreamTrack | null
  isScreen: boolean
}

export interface PeerMeans {
  make: (config: RTCConfiguration) => RTCPeerConnection
  config: RTCConfiguration
  mine: { id: string; sends: boolean }
  sending: () => Sending
  say: (signal: Signal) => void
  /** Another state, or another stream. */
  changed: () => void
  /** At once, or when there is a way through the relay again. */
  whenGood: (act: () => void) => void
  /** Whether the house can carry signals now. */
  isLineUp: () => boolean
}

export class Peer {
  readonly id: string
  seat: SeatOut
  /** What comes from it; another object after each rebuild. */
  stream: MediaStream | null = null
  connection: RTCPeerConnectionState = 'new'
  /** By stream id, where one connection carries several. */
  readonly incoming = new Map<string, MediaStream>()
  whose: Readonly<Record<string, string>> = {}
  /** How often a connection that had stood had to be made anew. */
  rebuilds = 0
  samples: readonly Sample[] = []
  isRelayed: boolean | null = null
  private readonly madeAt = performance.now()
  private readonly means: PeerMeans
  private readonly part: Part
  private current!: Connection
  private relay: Relay | null = null
  private ladder: Ladder = FOOT
  private counters: Counters | null = null
  private tuned = ''
  private toldWhose = ''
  private hasStood = false
  private builtAt = 0
  private patience = CONNECT_WITHIN_MS
  private isClosed = false
  private turn: Promise<void> = Promise.resolve()
  private readonly timers: Partial<Record<'restart' | 'rebuild' | 'connect', ReturnType<typeof setTimeout> | undefined>> = {}

  constructor(seat: SeatOut, means: PeerMeans) {
    this.id = seat.id
    this.seat = seat
    this.means = means
    const isPolite = means.mine.id > seat.id
    // Who sends knows what there is to receive.
    const begins = means.mine.sends === seat.sends ? !isPolite : means.mine.sends
    this.part = { isPolite, begins, sends: means.mine.sends }
    this.build()
  }

  get isConnected(): boolean {
    return this.connection === 'connected'
  }

  /** Whether pictures come: as its page says, and as they are seen to. */
  get isShowing(): boolean {
    const track = this.stream?.getVideoTracks()[0]
    return showsPicture(this.seat) && track?.muted === false && this.samples.at(-1)?.fpsIn !== 0
  }

  /** Since its seat was first seen here. */
  get ageMs(): number {
    return Math.round(performance.now() - this.madeAt)
  }

  get rung(): Rung {
    return this.ladder.rung
  }

  get stats(): Partial<Stats> {
    const last = this.samples.at(-1)
    if (!last) return {}
    const { rtt, loss, lossIn, fpsOut, fpsIn, kbpsOut, kbpsIn, concealed } = last
    return { rtt, loss, lossIn, fpsOut, fpsIn, kbpsOut, kbpsIn, concealed, isRelayed: this.isRelayed }
  }

  get verdict(): Verdict {
    return this.isConnected ? verdictOf(this.samples) : 'down'
  }

  /** The seat as the house tells of it now; one that came back may need a new connection. */
  update(seat: SeatOut): void {
    const cameBack = seat.line > this.seat.line
    this.seat = seat
    if (cameBack) this.mend()
  }

  /** Somebody's line is back, or somebody woke: what does not stand is made anew. */
  mend(): void {
    if (this.isConnected || this.isClosed) return
    if (performance.now() - this.builtAt < YOUNG_MS) this.current.again()
    else this.build()
  }

  /** The configuration that all share has other credentials. */
  renewed(): void {
    if (!this.isClosed) this.current.configure(this.means.config)
  }

  hear(data: unknown): void {
    const signal = signalFrom(data)
    if (!signal || this.isClosed) return
    if (signal.kind === 'whose') {
      this.whose = signal.streams
      this.means.changed()
      return
    }
    if (signal.kind === 'fresh') {
      this.greet(signal.from)
      return
    }
    if (signal.to !== null && signal.to !== this.current.name) return
    if (signal.from !== this.current.partner) {
      // A candidate of a connection not heard of comes behind its description, or is of one that is gone.
      if (signal.kind !== 'description') return
      if (this.current.partner === null) this.current.partner = signal.from
      else if (signal.description.type === 'offer') this.build(signal.from)
      else return
    }
    this.current.hear(signal)
  }

  /** Puts what this page sends, and what the ladder allows of it, onto the connection. */
  send(): Promise<void> {
    this.turn = this.turn.then(() => this.put())
    return this.turn
  }

  /** By hand, where the line was too weak: small, and at once. */
  tryVideo(): void {
    if (this.ladder.rung !== 'audio') return
    this.ladder = { ...FOOT, rung: 'low', triedSince: performance.now() }
    void this.send()
  }

  private async put(): Promise<void> {
    if (this.isClosed) return
    const { senders } = this.current
    const { audio, video, isScreen } = this.means.sending()
    const allowed = this.ladder.rung === 'audio' ? null : video
    await Promise.all([put(senders.audio, audio), put(senders.video, allowed)])
    await this.tune(isScreen)
  }

  /** To an observer: what the others send. */
  show(others: ReadonlyMap<string, MediaStream>): void {
    this.relay ??= new Relay(this.current.pc)
    const streams = { ...this.relay.show(others), [this.means.sending().stream.id]: this.means.mine.id }
    const told = JSON.stringify(streams)
    if (told === this.toldWhose) return
    this.toldWhose = told
    this.means.say({ kind: 'whose', streams })
  }

  /** Looks at the counters; true when the ladder has moved. */
  async look(at: number, most: Rung): Promise<boolean> {
    const connection = this.current
    if (!this.isConnected) return false
    const report = await connection.pc.getStats().catch(() => null)
    if (!report || connection !== this.current) return false
    const counters = countersFrom(report as ReadonlyMap<string, unknown>, at)
    const sample = this.counters && between(this.counters, counters, this.picture())
    this.counters = counters
    this.isRelayed = counters.isRelayed
    if (!sample) return false
    this.samples = [...this.samples.filter((each) => at - each.at < KEEP_MS), sample]
    if (isSilent(this.samples, counters.bytesReceived > 0) && this.isWorthwhile) {
      this.build()
      return true
    }
    const before = this.ladder.rung
    this.ladder = climb(this.ladder, sample, most)
    if (this.ladder.rung === before) return false
    await this.send()
    return true
  }

  close(): void {
    this.isClosed = true
    this.forget()
    this.current.close()
    this.connection = 'closed'
    this.stream = null
  }

  private picture(): Sample['picture'] {
    const { video, isScreen } = this.means.sending()
    if (!video || this.ladder.rung === 'audio') return 'none'
    return isScreen ? 'screen' : 'camera'
  }

  /** The other waits for an offer of ours. */
  private greet(partner: string): void {
    if (!this.part.begins || this.current.partner === partner) return
    if (this.current.partner !== null) {
      this.build(partner)
      return
    }
    this.current.partner = partner
    this.current.again()
  }

  private build(partner: string | null = null): void {
    this.forget()
    const before = this.current as Connection | undefined
    before?.close()
    if (this.hasStood) this.rebuilds += 1
    this.hasStood = false
    this.stream = null
    this.incoming.clear()
    this.relay = null
    this.counters = null
    this.samples = []
    this.tuned = this.toldWhose = ''
    this.connection = 'new'
    this.builtAt = performance.now()
    let connection: Connection | null = null
    const isCurrent = (): boolean => connection === null || this.current === connection
    connection = new Connection(
      this.means.make(this.means.config),
      this.part,
      this.means.sending().stream,
      {
        say: (signal) => isCurrent() && this.means.say(signal),
        state: (state) => isCurrent() && this.hearState(state),
        track: (track, streamId) => isCurrent() && this.take(track, streamId),
        ready: () => queueMicrotask(() => isCurrent() && void this.send()),
      },
      partner,
    )
    this.current = connection
    this.timers.connect = setTimeout(() => this.late(), this.patience)
    this.means.changed()
  }

  private take(track: MediaStreamTrack, streamId: string): void {
    // Two who send have one stream each, whatever their browsers name it.
    const name = this.means.mine.sends ? '' : streamId
    const stream = this.incoming.get(name) ?? new MediaStream()
    stream.addTrack(track)
    this.incoming.set(name, stream)
    track.onmute = track.onunmute = () => this.means.changed()
    this.stream ??= stream
    this.means.changed()
  }

  private hearState(state: RTCPeerConnectionState): void {
    this.connection = state
    if (state === 'connected') {
      this.forget()
      this.hasStood = true
      this.patience = CONNECT_WITHIN_MS
      void this.send()
    } else if (state === 'disconnected') {
      this.timers.restart ??= setTimeout(() => this.restart(), RESTART_AFTER_MS + (this.part.isPolite ? POLITE_MS : 0))
      this.timers.rebuild ??= setTimeout(() => this.late(), REBUILD_AFTER_MS)
    } else if (state === 'failed') this.late()
    this.means.changed()
  }

  private restart(): void {
    this.means.whenGood(() => {
      if (this.connection === 'disconnected') this.current.restartIce()
    })
  }

  /** Without a line, or with nobody there, a new connection would hear no answer: their coming back is what counts then. */
  private get isWorthwhile(): boolean {
    return this.means.isLineUp() && this.seat.here
  }

  private late(): void {
    if (this.isClosed || this.isConnected) return
    const late = this.current
    this.means.whenGood(() => {
      // Meanwhile it may have come to stand, or have been made anew.
      if (this.isClosed || this.isConnected || late !== this.current || !this.isWorthwhile) return
      this.patience = Math.min(CONNECT_WITHIN_MOST_MS, this.patience * 1.5)
      this.build()
    })
  }

  private async tune(isScreen: boolean): Promise<void> {
    const { rung } = this.ladder
    const wanted = `${rung} ${isScreen}`
    if (wanted === this.tuned || !this.isConnected) return
    this.tuned = wanted
    const { audio, video } = this.current.senders
    const isNarrow = rung === 'audio' || rung === 'low'
    await limit(audio, { maxBitrate: isNarrow ? SOUND.narrow : SOUND.wide, priority: 'high', networkPriority: 'high' })
    if (rung === 'audio') return
    const { most, fps, scale } = (isScreen ? SCREEN : CAMERA)[rung]
    const keeps = isScreen ? 'maintain-resolution' : 'balanced'
    await limit(video, { maxBitrate: most, maxFramerate: fps, scaleResolutionDownBy: scale, priority: 'low', networkPriority: 'low' }, keeps)
  }

  private forget(): void {
    for (const timer of Object.values(this.timers)) clearTimeout(timer)
    this.timers.restart = this.timers.rebuild = this.timers.connect = undefined
  }
}
