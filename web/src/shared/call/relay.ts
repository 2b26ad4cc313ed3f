/** For an observer, the doctor's page sends on what it receives of the others; they do not notice. */

import { limit } from './senders'

type Kind = 'audio' | 'video'
interface Place {
  /** Names the seat to the other end; its tracks are of no account. */
  label: MediaStream
  senders: Record<Kind, RTCRtpSender>
}

/** As much as a first look needs: the doctor's uplink carries it twice. */
const MOST = 250_000

export class Relay {
  private readonly pc: RTCPeerConnection
  private readonly places = new Map<string, Place>()

  constructor(pc: RTCPeerConnection) {
    this.pc = pc
  }

  /** Stream id -> seat. A seat that has gone keeps its place, and sends nothing. */
  show(others: ReadonlyMap<string, MediaStream>): Record<string, string> {
    for (const seat of others.keys()) if (!this.places.has(seat)) this.places.set(seat, this.place())
    const whose: Record<string, string> = {}
    for (const [seat, { label, senders }] of this.places) {
      const shown = others.get(seat)
      if (shown) whose[label.id] = seat
      this.put(senders.audio, shown?.getAudioTracks()[0] ?? null)
      this.put(senders.video, shown?.getVideoTracks()[0] ?? null)
    }
    return whose
  }

  private place(): Place {
    const label = new MediaStream()
    const add = (kind: Kind): RTCRtpSender => this.pc.addTransceiver(kind, { direction: 'sendonly', streams: [label] }).sender
    return { label, senders: { audio: add('audio'), video: add('video') } }
  }

  private put(sender: RTCRtpSender, track: MediaStreamTrack | null): void {
    if (sender.track === track) return
    void sender
      .replaceTrack(track)
      .then(() => limit(sender, { maxBitrate: track?.kind === 'video' ? MOST : 32_000 }))
      .catch(() => undefined)
  }
}
