/** Stand-ins for tests: seats, tracks, connections and a line that keeps what it was told. */

import type { SeatLine, SeatListener, SeatOut, SeatReport, SeatRole } from '../live/seats'

export const seat = (id: string, role: SeatRole, more: Partial<SeatOut> = {}): SeatOut => ({
  id,
  person: `person of ${role}`,
  role,
  name: { zh: id, en: id },
  is_main: role === 'patient' || role === 'doctor',
  sends: role !== 'observer',
  here: true,
  line: 1,
  muted: false,
  camera: false,
  screen: false,
  audio_only: false,
  recording: 'off',
  ...more,
})

interface FakeSender {
  track: unknown
  replaceTrack: (track: unknown) => Promise<void>
  setStreams: () => void
  getParameters: () => { encodings: object[] }
  setParameters: (given: { encodings: object[] }) => Promise<void>
  limits: object
}

interface FakeTransceiver {
  sender: FakeSender
  receiver: { track: { kind: string } }
  direction: string
}

/** A connection in which nothing happens by itself but the offer. */
export class FakeConnection {
  connectionState: RTCPeerConnectionState = 'new'
  signalingState: RTCSignalingState = 'stable'
  localDescription: { type: string; sdp: string } | null = null
  remoteDescription: unknown = null
  onconnectionstatechange: (() => void) | null = null
  onnegotiationneeded: (() => void) | null = null
  onicecandidate: ((e: { candidate: { toJSON: () => unknown } | null }) => void) | null = null
  ontrack: ((e: { track: MediaStreamTrack; streams: { id: string }[] }) => void) | null = null
  readonly transceivers: FakeTransceiver[] = []
  readonly candidates: unknown[] = []
  restarts = 0
  readonly did: string[] = []
  isClosed = false
  private needs: Promise<void> | null = null

  addTransceiver(kind: string): FakeTransceiver {
    const sender: FakeSender = {
      track: null,
      limits: {},
      replaceTrack: (track) => {
        sender.track = track
        return Promise.resolve()
      },
      setStreams: () => undefined,
      getParameters: () => ({ encodings: [{}] }),
      setParameters: ({ encodings }) => {
        sender.limits = encodings[0] ?? {}
        return Promise.resolve()
      },
    }
    const made = { sender, receiver: { track: { kind } }, direction: 'sendrecv' }
    this.transceivers.push(made)
    this.needs ??= Promise.resolve().then(() => this.onnegotiationneeded?.())
    return made
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers
  }

  setLocalDescription(): Promise<void> {
    const isAnswer = this.signalingState === 'have-remote-offer'
    this.localDescription = { type: isAnswer ? 'answer' : 'offer', sdp: 'v=0' }
    this.signalingState = isAnswer ? 'stable' : 'have-local-offer'
    return Promise.resolve()
  }

  setRemoteDescription(description: { type: string }): Promise<void> {
    this.remoteDescription = description
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable'
    if (description.type === 'offer' && this.transceivers.length === 0) for (const kind of ['audio', 'video']) this.transceivers.push(new FakeConnection().addTransceiver(kind))
    return Promise.resolve()
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    if (!this.remoteDescription) return Promise.reject(new Error('no remote description'))
    this.candidates.push(candidate)
    return Promise.resolve()
  }

  setConfiguration({ iceServers }: RTCConfiguration): void {
    this.did.push(`configured ${iceServers?.[0]?.username ?? ''}`)
  }

  restartIce(): void {
    this.did.push('restarted')
    this.restarts += 1
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map<string, unknown>())
  }

  close(): void {
    this.isClosed = true
  }

  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }
}

export class FakeLine implements SeatLine {
  listener: SeatListener | null = null
  readonly signals: { to: string; data: unknown }[] = []
  readonly reports: SeatReport[] = []

  sit(_room: string, _seat: string, listener: SeatListener): () => void {
    this.listener = listener
    return () => (this.listener = null)
  }
  signal(_room: string, _seat: string, to: string, data: unknown): void {
    this.signals.push({ to, data })
  }
  report(_room: string, _seat: string, report: SeatReport): void {
    this.reports.push(report)
  }
}

/** Lets what was promised happen. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i += 1) await Promise.resolve()
}
