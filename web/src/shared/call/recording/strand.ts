/** What is recorded of one seat: take after take, each with the tracks that there are. */

import { houseNow } from '../../live/houseclock'
import { BoxFull, type Box, type NewSegment } from './box'
import { Take } from './take'

/** A recorder that gives nothing for so long is dead, whatever it says of itself. Seen within three seconds. */
const DEAD_MS = 2_600
/** A piece that is not kept after so long is as good as none. */
const UNKEPT_MS = 2_500
/** Between the tries to begin again. */
const AGAIN_MS = 2_000
/** A picture that stood still held back the sound, too: for so long sound alone. */
const BLIND_MS = 10_000

export type StrandState = 'idle' | 'on' | 'lost' | 'full'
export type Of = Pick<NewSegment, 'call' | 'seat' | 'of' | 'of_role'>

interface Running {
  take: Take
  /** Settles with the segment's id. */
  segment: Promise<string>
  tracks: string
  /** Settles when its last chunk is in the box. */
  over: Promise<void>
}

const live = (track: MediaStreamTrack | null): track is MediaStreamTrack => track?.readyState === 'live'

export class Strand {
  state: StrandState = 'idle'
  isStopped = false
  private readonly of: Of
  private readonly box: Box
  private running: Running | null = null
  private readonly ending = new Set<Promise<void>>()
  private audio: MediaStreamTrack | null = null
  private video: MediaStreamTrack | null = null
  /** Since when each piece that came waits to be kept. */
  private readonly unkept = new Set<{ since: number }>()
  private isAlarmed = false
  private isFull = false
  private triedAt = -Infinity
  private blindUntil = 0

  constructor(of: Of, box: Box) {
    this.of = of
    this.box = box
  }

  /** Cheap when nothing has changed. */
  follow(audio: MediaStreamTrack | null, video: MediaStreamTrack | null): void {
    if (this.isStopped) return
    this.audio = audio
    this.video = video
    const wanted = this.wanted()
    if (nameOf(wanted) !== (this.running?.tracks ?? '')) {
      this.end()
      if (wanted.length > 0) this.begin(wanted)
      else this.isAlarmed = this.isFull = false
    }
    this.judge()
  }

  /** Whether it records: asked often, begins again where it does not. */
  watch(): void {
    if (this.isStopped) return
    const { running } = this
    if (running && this.wanted().length > 0 && (!running.take.isRecording || running.take.silentMs() > DEAD_MS)) {
      this.isAlarmed = true
      if (running.take.isRecording && this.video) this.blindUntil = performance.now() + BLIND_MS
      this.end()
    }
    if (this.running || performance.now() - this.triedAt > AGAIN_MS) this.follow(this.audio, this.video)
    else this.judge()
  }

  /** Whether that segment is what it records now. */
  async records(segment: string): Promise<boolean> {
    const { running } = this
    return running !== null && (await running.segment) === segment && this.running === running
  }

  /** The house takes no more of the segment: another one. */
  anew(): void {
    this.end()
    this.follow(this.audio, this.video)
  }

  /** For good. Settles when everything is in the box. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.end()
    this.state = 'idle'
    await Promise.all(this.ending)
  }

  private wanted(): MediaStreamTrack[] {
    const isBlind = performance.now() < this.blindUntil
    return [this.audio, isBlind && live(this.audio) ? null : this.video].filter(live)
  }

  private begin(tracks: readonly MediaStreamTrack[]): void {
    this.triedAt = performance.now()
    let told: (() => void) | undefined
    const ended = new Promise<void>((done) => (told = done))
    const chunks: Promise<void>[] = []
    try {
      const take: Take = new Take(tracks, {
        chunk: (bytes, beganMs) => chunks.push(this.keep(running, bytes, beganMs)),
        ended: () => told?.(),
      })
      const segment = this.box.begin({ ...this.of, mime: take.mime, began_at: iso() })
      const over = ended.then(async () => {
        await Promise.allSettled(chunks)
        await this.box.close(await segment, iso())
      })
      const running: Running = { take, segment, tracks: nameOf(tracks), over }
      this.running = running
    } catch {
      this.isAlarmed = true
    }
  }

  private async keep(running: Running, bytes: Blob, beganMs: number): Promise<void> {
    const piece = { since: performance.now() }
    this.unkept.add(piece)
    try {
      const [segment, buffer] = await Promise.all([running.segment, bytes.arrayBuffer()])
      await this.box.add(segment, buffer, beganMs)
      if (this.running === running) this.isAlarmed = this.isFull = false
    } catch (error) {
      this.isAlarmed = true
      this.isFull ||= error instanceof BoxFull
      // What comes after a hole could not be played.
      if (this.running === running) this.end()
    } finally {
      this.unkept.delete(piece)
    }
  }

  private end(): void {
    const { running } = this
    this.running = null
    if (!running) return
    running.take.stop()
    const over = running.over.catch(() => undefined)
    this.ending.add(over)
    void over.then(() => this.ending.delete(over))
  }

  private isBehind(): boolean {
    const oldest = Math.min(...[...this.unkept].map(({ since }) => since))
    return performance.now() - oldest > UNKEPT_MS
  }

  private judge(): void {
    if (this.isFull) this.state = 'full'
    else if (this.isAlarmed || this.isBehind()) this.state = 'lost'
    else this.state = this.running ? 'on' : 'idle'
  }
}

/** By their ids: the same tracks are the same take. */
const nameOf = (tracks: readonly MediaStreamTrack[]): string => tracks.map(({ id }) => id).join(' ')
const iso = (): string => new Date(houseNow()).toISOString()
