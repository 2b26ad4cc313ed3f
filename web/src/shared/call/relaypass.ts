/** What lets this page use the relay: good for an hour, made anew before that, and waited for where it is too old. */

import type { Ticket } from './types'

const OLD_MS = 45 * 60_000
/** A house that is away is not asked at every word. */
const AGAIN_MS = 30_000
/** Then with what there is: a call can stand without a relay. */
const WITHIN_MS = 5_000

export interface RelayPassMeans {
  now: () => number
  /** The same seat once more. */
  take: () => Promise<Ticket>
  /** The configuration is another one. */
  renewed: () => void
}

export class RelayPass {
  /** The same object for good. */
  readonly config: RTCConfiguration
  private readonly means: RelayPassMeans
  private takenAt: number
  private triedAt = -Infinity
  private isAsking = false
  private isOver = false
  private acts: (() => void)[] = []

  constructor(ticket: Ticket, means: RelayPassMeans) {
    this.means = means
    this.takenAt = means.now()
    this.config = { iceServers: iceOf(ticket), iceTransportPolicy: ticket.relay_only ? 'relay' : 'all', bundlePolicy: 'max-bundle' }
  }

  /** At once while it is good; else when it is renewed, or cannot be now. In the order of the calls. */
  whenGood(act: () => void): void {
    this.look()
    if (this.isAsking) this.acts.push(act)
    else act()
  }

  /** Asked now and then, so that there is nothing to wait for when a connection breaks. */
  look(): void {
    const now = this.means.now()
    if (this.isAsking || this.isOver || now - this.takenAt < OLD_MS || now - this.triedAt < AGAIN_MS) return
    this.triedAt = now
    this.isAsking = true
    void this.renew()
  }

  /** What waits is never done. */
  close(): void {
    this.isOver = true
    this.acts = []
  }

  private async renew(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((done) => (timer = setTimeout(done, WITHIN_MS)))
    const taken = this.means.take().then(
      (fresh) => this.use(fresh),
      () => undefined,
    )
    await Promise.race([taken, late])
    clearTimeout(timer)
    this.isAsking = false
    for (const act of this.acts.splice(0)) act()
  }

  private use(fresh: Ticket): void {
    if (this.isOver) return
    this.takenAt = this.means.now()
    this.config.iceServers = iceOf(fresh)
    this.means.renewed()
  }
}

const iceOf = ({ ice_servers }: Ticket): RTCIceServer[] =>
  ice_servers.map(({ urls, username, credential }) => (username ? { urls, username, credential } : { urls }))
