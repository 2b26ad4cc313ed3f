/**
 * One RTCPeerConnection to one other seat, from its making to its end: perfect negotiation, candidates in their time.
 * Sound and picture have their places from the beginning, so that what is sent changes without a new offer.
 */

import { newKey } from '../api/http'
import type { Signal } from './signals'

export interface Part {
  /** Gives way when two offers meet. */
  isPolite: boolean
  /** Makes the first offer; the other waits for it. */
  begins: boolean
  sends: boolean
}

export interface ConnectionTold {
  say: (signal: Signal) => void
  state: (state: RTCPeerConnectionState) => void
  track: (track: MediaStreamTrack, streamId: string) => void
  /** The places for what is sent are there, or have changed. */
  ready: () => void
}

type Description = Extract<Signal, { kind: 'description' }>
type Candidate = Extract<Signal, { kind: 'candidate' }>
type Kind = 'audio' | 'video'

export class Connection {
  readonly name = newKey()
  readonly pc: RTCPeerConnection
  /** The other side's connection, once heard of. */
  partner: string | null
  readonly senders: Partial<Record<Kind, RTCRtpSender>> = {}
  private readonly part: Part
  private readonly told: ConnectionTold
  private readonly stream: MediaStream
  private isOffering = false
  private isIgnoring = false
  private isClosed = false
  private offered = 0
  private heard = 0
  private early: Candidate[] = []
  private turn: Promise<void> = Promise.resolve()

  constructor(pc: RTCPeerConnection, part: Part, stream: MediaStream, told: ConnectionTold, partner: string | null = null) {
    this.pc = pc
    this.part = part
    this.told = told
    this.stream = stream
    this.partner = partner
    pc.onconnectionstatechange = () => this.told.state(pc.connectionState)
    pc.ontrack = ({ track, streams }) => this.told.track(track, streams[0]?.id ?? '')
    pc.onicecandidate = ({ candidate }) => this.told.say({ kind: 'candidate', from: this.name, to: this.partner, candidate: candidate?.toJSON() ?? null })
    pc.onnegotiationneeded = () => void this.offer()
    if (part.begins) this.begin()
    else if (partner === null) this.again()
  }

  get isConnected(): boolean {
    return this.pc.connectionState === 'connected'
  }

  /** One at a time and in their order: a candidate must not overtake its description. */
  hear(signal: Description | Candidate): void {
    this.turn = this.turn.then(() => (signal.kind === 'description' ? this.describe(signal) : this.add(signal))).catch(() => undefined)
  }

  /** Its first words, which the other may not have heard. */
  again(): void {
    const { localDescription, signalingState } = this.pc
    if (!this.part.begins) {
      if (this.heard === 0) this.told.say({ kind: 'fresh', from: this.name })
    } else if (signalingState === 'have-local-offer' && localDescription) this.say(localDescription)
  }

  /** For what it gathers from now on; what stands goes on as it is. */
  configure(config: RTCConfiguration): void {
    try {
      if (!this.isClosed) this.pc.setConfiguration(config)
    } catch {
      // An old browser: only a new connection gets them.
    }
  }

  restartIce(): void {
    if (!this.isClosed) this.pc.restartIce()
  }

  close(): void {
    this.isClosed = true
    const { pc } = this
    pc.onconnectionstatechange = pc.ontrack = pc.onicecandidate = pc.onnegotiationneeded = null
    pc.close()
  }

  private begin(): void {
    const direction = this.part.sends ? 'sendrecv' : 'recvonly'
    for (const kind of ['audio', 'video'] as const) {
      this.senders[kind] = this.pc.addTransceiver(kind, { direction, streams: [this.stream] }).sender
    }
    this.told.ready()
  }

  /** Into the places that the other's offer has made. */
  private join(): void {
    for (const transceiver of this.pc.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as Kind
      if (this.senders[kind] || transceiver.direction === 'stopped') continue
      this.senders[kind] = transceiver.sender
      if (!this.part.sends) continue
      transceiver.direction = 'sendrecv'
      // Missing in older browsers; the other side then goes by the seat alone.
      if ('setStreams' in transceiver.sender) transceiver.sender.setStreams(this.stream)
    }
    this.told.ready()
  }

  private async offer(): Promise<void> {
    if (this.isClosed || (!this.part.begins && this.heard === 0)) return
    try {
      this.isOffering = true
      await this.pc.setLocalDescription()
      this.offered += 1
      if (this.pc.localDescription) this.say(this.pc.localDescription)
    } catch {
      // Closed meanwhile, or overtaken by the other's offer.
    } finally {
      this.isOffering = false
    }
  }

  private say({ type, sdp }: RTCSessionDescription): void {
    if (this.isClosed || (type !== 'offer' && type !== 'answer')) return
    this.told.say({ kind: 'description', from: this.name, to: this.partner, n: type === 'offer' ? this.offered : this.heard, description: { type, sdp } })
  }

  private async describe({ description, n }: Description): Promise<void> {
    if (this.isClosed) return
    const { pc } = this
    const isOffer = description.type === 'offer'
    if (isOffer ? n <= this.heard : pc.signalingState !== 'have-local-offer' || n !== this.offered) return
    this.isIgnoring = isOffer && !this.part.isPolite && (this.isOffering || pc.signalingState !== 'stable')
    if (this.isIgnoring) return
    await pc.setRemoteDescription(description)
    for (const candidate of this.early.splice(0)) await this.add(candidate)
    if (!isOffer) return
    const isFirst = this.heard === 0
    this.heard = n
    if (isFirst && !this.part.begins) this.join()
    await pc.setLocalDescription()
    if (pc.localDescription) this.say(pc.localDescription)
  }

  private async add(signal: Candidate): Promise<void> {
    if (this.isClosed) return
    if (!this.pc.remoteDescription) {
      this.early.push(signal)
      return
    }
    try {
      await this.pc.addIceCandidate(signal.candidate ?? undefined)
    } catch (error) {
      if (!this.isIgnoring) throw error
    }
  }
}
