/** The peers of a room: one for each seat this page is connected with; who came, who went, and what they have to say. */

import type { SeatLine, SeatOut } from '../live/seats'
import { isConnectedWith, othersOf, relaysTo, type Mine } from './company'
import { Peer, type PeerMeans } from './peer'
import type { PeerOut } from './types'

const EARLY_MS = 10_000
const EARLY_MOST = 64

interface Early {
  from: string
  data: unknown
  at: number
}

export interface CrowdMeans extends Omit<PeerMeans, 'say' | 'mine'> {
  line: SeatLine
  room: string
  mine: Mine & { sends: boolean }
}

export class Crowd {
  readonly peers = new Map<string, Peer>()
  private readonly means: CrowdMeans
  /** A signal may come before its seat is told of. */
  private early: Early[] = []

  constructor(means: CrowdMeans) {
    this.means = means
  }

  sync(seats: readonly SeatOut[]): void {
    const { mine } = this.means
    const wanted = new Map(othersOf(seats, mine).filter((seat) => isConnectedWith(seat, mine)).map((seat) => [seat.id, seat]))
    for (const [id, peer] of this.peers) {
      if (wanted.has(id)) continue
      peer.close()
      this.peers.delete(id)
    }
    for (const seat of wanted.values()) {
      const known = this.peers.get(seat.id)
      if (known) known.update(seat)
      else if (seat.here) this.add(seat)
    }
  }

  hear(from: string, data: unknown): void {
    const peer = this.peers.get(from)
    if (peer) peer.hear(data)
    else this.early = [...this.early.slice(-EARLY_MOST), { from, data, at: Date.now() }]
  }

  /** This page's line is back: what does not stand is made anew. */
  mend(): void {
    for (const peer of this.peers.values()) peer.mend()
  }

  /** After sleep; what is being made is left to be made. */
  wake(): void {
    for (const peer of this.peers.values()) if (peer.connection === 'failed' || peer.connection === 'disconnected') peer.mend()
  }

  /** Another way through the relay: for what gathers from now on. */
  renewed(): void {
    for (const peer of this.peers.values()) peer.renewed()
  }

  async send(): Promise<void> {
    await Promise.all([...this.peers.values()].map((peer) => peer.send()))
  }

  tryVideo(): void {
    for (const peer of this.peers.values()) peer.tryVideo()
  }

  /** Observers are told apart: what the others send is sent on to them. */
  relay(): void {
    const observers = [...this.peers.values()].filter((peer) => peer.seat.role === 'observer')
    if (observers.length === 0) return
    const shown = new Map<string, MediaStream>()
    for (const peer of this.senders()) if (peer.stream) shown.set(peer.id, peer.stream)
    for (const observer of observers) observer.show(shown)
  }

  /** Those to whom this page talks. */
  senders(): Peer[] {
    return [...this.peers.values()].filter((peer) => peer.seat.role !== 'observer')
  }

  /** By seat; an observer sees through the doctor's page whatever that sends on. */
  streams(): Map<string, PeerOut> {
    const found = new Map<string, PeerOut>()
    for (const peer of this.senders()) {
      found.set(peer.id, { stream: peer.stream, connection: peer.connection })
      // Anybody can say whose a stream is; only the page that sends on is believed.
      if (!relaysTo(peer.seat, this.means.mine)) continue
      for (const [name, seat] of Object.entries(peer.whose)) found.set(seat, { stream: peer.incoming.get(name) ?? null, connection: peer.connection })
    }
    return found
  }

  close(): void {
    for (const peer of this.peers.values()) peer.close()
    this.peers.clear()
  }

  private add(seat: SeatOut): void {
    const { line, room, mine } = this.means
    const peer = new Peer(seat, { ...this.means, say: (signal) => line.signal(room, mine.id, seat.id, signal) })
    this.peers.set(seat.id, peer)
    const fresh = Date.now() - EARLY_MS
    const heard = this.early.filter(({ from, at }) => from === seat.id && at > fresh)
    this.early = this.early.filter(({ from, at }) => from !== seat.id && at > fresh)
    for (const { data } of heard) peer.hear(data)
  }
}
