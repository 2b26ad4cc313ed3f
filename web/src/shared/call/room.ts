/** The room of a call as this page stands in it: its seat, the others, what it sends and hears, and how well. */

import { markRaw, shallowReactive } from 'vue'

import type { SeatLine, SeatOut, UnseatedBecause } from '../live/seats'
import { watchSigns } from '../live/wake'
import { calls, captions as captionsOver, guestCalls } from './api'
import { Captions } from './captions'
import { Crowd } from './crowd'
import type { LocalMedia } from './localmedia'
import type { Peer, Sending } from './peer'
import { highestFor } from './quality'
import type { Recording, Source } from './recording/recording'
import { RelayPass } from './relaypass'
import { initial, NOTHING, phaseOf, reportOf, type EnterOptions, type RecordingOptions, type RoomMeans } from './roomstate'
import { keepAwake } from './screenlock'
import { pictureOf } from './still'
import type { Mode, OverBecause, RecordingAlarm, RecordingSign, RoomState, Ticket } from './types'

const REPORT_EVERY_MS = 2_000
/** Changes come in bursts. */
const REPORT_SOON_MS = 60

export class CallRoom {
  readonly ticket: Ticket
  readonly state: RoomState
  private readonly line: SeatLine
  private readonly media: LocalMedia
  private readonly now: () => number
  private readonly desk: NonNullable<RoomMeans['seats']>
  private readonly crowd: Crowd
  private readonly captions: Captions
  private readonly pass: RelayPass
  private readonly sends: boolean
  private chosen: Mode = 'video'
  private hadCamera = false
  private unsit: (() => void) | null = null
  private stops: (() => void)[] = []
  private soon: ReturnType<typeof setTimeout> | undefined
  private hasSat = false
  private hasStood = false
  private recording: Recording | null = null
  /** Counts the asking and the stopping: only the last of them holds. */
  private recordingAsked = 0
  private said = ''

  constructor(ticket: Ticket, { line, media, now, make, seats }: RoomMeans) {
    this.ticket = ticket
    this.line = line
    this.media = media
    this.now = now ?? (() => performance.now())
    this.desk = seats ?? (ticket.role === 'guest' ? guestCalls : calls)
    this.sends = ticket.role !== 'observer'
    this.state = shallowReactive(initial(media.stream))
    this.pass = new RelayPass(ticket, {
      now: this.now,
      take: () => this.desk.takeSeat(ticket.room, ticket.seat),
      renewed: () => this.crowd.renewed(),
    })
    this.crowd = new Crowd({
      line,
      room: ticket.room,
      mine: { id: ticket.seat, role: ticket.role, sends: this.sends },
      make: make ?? ((config) => new RTCPeerConnection(config)),
      config: this.pass.config,
      whenGood: (act) => this.pass.whenGood(act),
      sending: () => this.sending(),
      changed: () => this.refresh(),
      isLineUp: () => this.state.lineUp,
    })
    this.captions = this.captionsOf(ticket)
  }

  /** Sits down at once; the devices come when the person has allowed them. */
  async enter({ mode, camera }: EnterOptions = {}): Promise<void> {
    if (this.unsit || this.state.phase === 'over') return
    if (mode) this.chosen = mode
    this.media.changed = () => this.mediaChanged()
    this.sit()
    this.watch()
    this.mediaChanged()
    if (!this.sends) return
    await this.media.openMicrophone()
    if (this.chosen === 'video' && camera !== false) await this.media.openCamera()
  }

  /** Gives the seat back. What was recorded is kept, and goes on being sent. */
  async leave(): Promise<void> {
    if (this.state.phase === 'over') return
    const { room, seat } = this.ticket
    const finished = this.finish('left')
    // Where the device keeps slowly, the seat is not held meanwhile.
    await Promise.all([finished, this.desk.leaveSeat(room, seat).catch(() => undefined)])
  }

  setMuted(on: boolean): void {
    this.media.setMuted(on)
  }

  async setCamera(on: boolean): Promise<void> {
    if (!on) {
      this.media.closeCamera()
      return
    }
    if (this.chosen === 'audio') this.chosen = 'video'
    await this.media.openCamera()
    this.mediaChanged()
  }

  /** By hand: `audio` puts the camera out; `video` tries again even where the line was too weak, and brings back a camera that was on, unless another's hand chose it. */
  async setMode(mode: Mode, { camera }: Pick<EnterOptions, 'camera'> = {}): Promise<void> {
    const before = this.chosen
    this.chosen = mode
    if (mode === 'audio') {
      if (before === 'video') this.hadCamera = this.media.state.camera
      this.media.unshare()
      this.media.closeCamera()
    } else {
      this.crowd.tryVideo()
      if (before === 'audio' && this.hadCamera && camera !== false) await this.media.openCamera()
    }
    this.mediaChanged()
  }

  /** False when the person chose nothing. Raises: DOMException where the browser cannot. */
  share(): Promise<boolean> {
    return this.media.share()
  }

  unshare(): void {
    this.media.unshare()
  }

  /** What others say, as words; they are told that theirs are read. */
  readCaptions(on: boolean): void {
    this.captions.read(on && this.ticket.captions !== null)
  }

  /** Whether what this page's person says may be written down. */
  agreeToCaptions(isYes: boolean): void {
    this.captions.agree(isYes)
  }

  async pickCamera(id: string): Promise<void> {
    await this.media.pickCamera(id)
  }

  async pickMicrophone(id: string): Promise<void> {
    await this.media.pickMicrophone(id)
  }

  /** A picture of what the other main seat shows, or the seat named. Raises: Error when nothing is shown. */
  async still(seat?: string): Promise<Blob> {
    const id = seat ?? this.mains()[0]?.id
    const stream = id === undefined ? null : (this.state.peers.get(id)?.stream ?? null)
    if (!stream) throw new Error('nothing is shown')
    return pictureOf(stream)
  }

  /** Of this page and of everybody it hears. Idempotent. */
  async startRecording({ owner }: RecordingOptions): Promise<void> {
    if (this.recording || this.isOver()) return
    const asked = (this.recordingAsked += 1)
    const { Recording } = await import('./recording/recording')
    // Asked twice, or taken back, while its code was on its way.
    if (asked !== this.recordingAsked || this.isOver()) return
    const made: Recording = new Recording({ owner, call: this.ticket.room, seat: this.ticket.seat }, (sign, alarm) => {
      // What an earlier one says when it is kept at last is not how it stands with this one.
      if (this.recording !== made) return
      if (made.isOver) this.recording = null
      this.showRecording(sign, alarm)
    })
    this.recording = made
    made.follow(this.sources())
  }

  async stopRecording(): Promise<void> {
    const { recording } = this
    this.recordingAsked += 1
    this.recording = null
    const kept = recording?.stop()
    this.showRecording('off', null)
    await kept
  }

  private showRecording(sign: RecordingSign, alarm: RecordingAlarm | null): void {
    this.state.recording = sign
    this.state.recordingAlarm = alarm
    this.report()
  }

  private isOver(): boolean {
    return this.state.phase === 'over'
  }

  private sit(): void {
    this.unsit = this.line.sit(this.ticket.room, this.ticket.seat, {
      seated: (seats) => this.seated(seats),
      seats: (seats) => this.seatsChanged(seats),
      signal: (from, data) => {
        if (!this.captions.hear(from, data)) this.pass.whenGood(() => this.crowd.hear(from, data))
      },
      unseated: (reason) => void this.unseated(reason),
      lost: () => {
        this.state.lineUp = false
        this.refresh()
      },
    })
  }

  private watch(): void {
    const looking = setInterval(() => void this.look(), REPORT_EVERY_MS)
    const hidden = (): void => {
      // The others see it at once, rather than when the line is found dead.
      this.unsit?.()
      this.unsit = null
    }
    const shown = (): void => {
      if (!this.unsit) this.sit()
    }
    addEventListener('pagehide', hidden)
    addEventListener('pageshow', shown)
    const signs = watchSigns({
      woke: () => {
        void this.media.mend()
        this.pass.whenGood(() => this.crowd.wake())
      },
      lost: () => undefined,
      sleeps: () => undefined,
    })
    this.stops = [
      () => clearInterval(looking),
      () => clearTimeout(this.soon),
      () => removeEventListener('pagehide', hidden),
      () => removeEventListener('pageshow', shown),
      signs,
      keepAwake(),
    ]
  }

  private seated(seats: SeatOut[]): void {
    const isAgain = this.hasSat
    this.hasSat = true
    this.state.lineUp = true
    this.said = ''
    this.seatsChanged(seats)
    if (isAgain) this.pass.whenGood(() => this.crowd.mend())
    this.report()
  }

  private seatsChanged(seats: SeatOut[]): void {
    this.state.seats = seats.filter((seat) => seat.id !== this.ticket.seat && !seat.is_hidden)
    if (this.ticket.backend !== 'null') this.pass.whenGood(() => this.crowd.sync(seats))
    this.captions.follow(this.state.seats)
    this.refresh()
  }

  private async unseated(reason: UnseatedBecause): Promise<void> {
    await this.finish(reason)
  }

  private async finish(because: OverBecause): Promise<void> {
    if (this.isOver()) return
    // First why: who watches the phase asks at once.
    this.state.overBecause = because
    this.state.phase = 'over'
    this.state.verdict = 'down'
    for (const stop of this.stops.splice(0)) stop()
    // While the tracks still live: what they gave last belongs to the recording.
    const recorded = this.stopRecording()
    this.unsit?.()
    this.unsit = null
    this.pass.close()
    this.crowd.close()
    this.captions.stop()
    this.state.peers.clear()
    // The recorders have been told to stop: the light goes out now, however long the device takes to keep the rest.
    this.media.close()
    this.state.camera = this.state.sharing = false
    await recorded.catch(() => undefined)
  }

  private captionsOf({ room, seat, role, captions: terms }: Ticket): Captions {
    const speaks = terms !== null && this.sends
    const writeDown = role === 'guest' ? captionsOver.ofGuest : captionsOver.ofCall
    const made = new Captions({
      say: (to, data) => this.line.signal(room, seat, to, data),
      voice: () => (this.state.muted || !speaks ? null : this.media.audio),
      writeDown: (sound, ms) => writeDown(room, { seat, sound, ms, agreed: terms?.version ?? '' }),
      changed: () => {
        const { reading, isAsked, isHeard, lines } = made
        this.state.captions = { offered: terms !== null, reading, asked: speaks && isAsked ? terms.text : null, heard: speaks && isHeard, lines }
      },
    })
    this.state.captions = { ...this.state.captions, offered: terms !== null }
    return made
  }

  private sending(): Sending {
    const { stream, audio, video, state } = this.media
    return { stream, audio, video: this.chosen === 'audio' ? null : video, isScreen: state.sharing }
  }

  private mediaChanged(): void {
    const { muted, camera, sharing, microphoneFault, cameraFault } = this.media.state
    Object.assign(this.state, { muted, camera, sharing, microphoneFault, cameraFault })
    void this.crowd.send()
    this.refresh()
  }

  private mains(): SeatOut[] {
    return this.state.seats.filter((seat) => seat.is_main)
  }

  private mainPeer(): Peer | undefined {
    const peers = this.crowd.senders()
    return peers.find((peer) => peer.seat.is_main) ?? peers[0]
  }

  private isUp(): boolean {
    if (this.ticket.backend === 'null') return this.mains().some((seat) => seat.here)
    return this.mainPeer()?.isConnected ?? false
  }

  /** Everything that follows from the peers, the devices and the line. */
  private refresh(): void {
    if (this.isOver()) return
    const { state } = this
    const isUp = this.isUp()
    if (isUp && !this.hasStood) {
      this.hasStood = true
      state.stats = { ...state.stats, connectMs: this.mainPeer()?.ageMs ?? null }
    }
    state.phase = phaseOf(isUp, this.hasStood)
    state.verdict = isUp ? (this.mainPeer()?.verdict ?? 'good') : 'down'
    Object.assign(state, this.modeNow())
    this.showPeers()
    this.crowd.relay()
    this.recording?.follow(this.sources())
    this.report()
  }

  private modeNow(): Pick<RoomState, 'mode' | 'modeBecause'> {
    if (this.chosen === 'audio') return { mode: 'audio', modeBecause: 'chosen' }
    const standing = this.crowd.senders().filter((peer) => peer.isConnected)
    const isWeak = standing.length > 0 && standing.every((peer) => peer.rung === 'audio')
    return isWeak ? { mode: 'audio', modeBecause: 'weak' } : { mode: 'video', modeBecause: null }
  }

  private showPeers(): void {
    const { peers } = this.state
    const streams = this.crowd.streams()
    for (const id of peers.keys()) if (!streams.has(id)) peers.delete(id)
    for (const [id, out] of streams) {
      const known = peers.get(id)
      if (known?.stream !== out.stream || known.connection !== out.connection) peers.set(id, { ...out, stream: out.stream && markRaw(out.stream) })
    }
  }

  private async look(): Promise<void> {
    this.pass.look()
    const most = highestFor(this.crowd.senders().length)
    await Promise.all([...this.crowd.peers.values()].map((peer) => peer.look(this.now(), most)))
    if (this.isOver()) return
    const main = this.mainPeer()
    const { connectMs } = this.state.stats
    this.state.stats = { ...NOTHING, ...main?.stats, connectMs }
    this.refresh()
    this.say()
  }

  private sources(): Source[] {
    const { seat, role } = this.ticket
    const { audio, video } = this.media
    const mine: Source = { seat, role, audio, video }
    const theirs = this.crowd.senders().flatMap((peer): Source[] => {
      if (!peer.isConnected || !peer.stream || peer.seat.may_be_recorded === false) return []
      const shown = peer.isShowing ? (peer.stream.getVideoTracks()[0] ?? null) : null
      return [{ seat: peer.id, role: peer.seat.role, audio: peer.stream.getAudioTracks()[0] ?? null, video: shown }]
    })
    return this.sends ? [mine, ...theirs] : theirs
  }

  /** Soon, when something that the others see has changed. */
  private report(): void {
    const { muted, camera, sharing, mode, recording } = this.state
    const now = JSON.stringify([this.isUp(), muted, camera, sharing, mode, recording])
    if (now === this.said || !this.state.lineUp || this.isOver()) return
    this.said = now
    clearTimeout(this.soon)
    this.soon = setTimeout(() => this.say(), REPORT_SOON_MS)
  }

  private say(): void {
    if (!this.state.lineUp || this.isOver()) return
    this.line.report(this.ticket.room, this.ticket.seat, reportOf(this.state, this.isUp()))
  }
}
