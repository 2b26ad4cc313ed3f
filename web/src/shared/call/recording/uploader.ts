/** Takes what was recorded to the house: the oldest first, from one tab, for as long as it takes. */

import { reactive, readonly, type DeepReadonly } from 'vue'

import { asProblem, type ApiProblem, type Text } from '../../api/problem'
import { afterSignOut } from '../../api/session'
import { houseNow } from '../../live/houseclock'
import { SendingTab } from '../../live/sendingtab'
import { recordings, type SegmentOut } from '../api'
import { theBox, type Box } from './box'
import type { Chunk, Segment } from './store'

const LOOK_EVERY_MS = 5_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
const COUNT_EVERY_MS = 2_000
/** So often a chunk that the house calls damaged is sent again. */
const DAMAGED_MOST = 3
/** Too late, taken by nobody else, or of a guest who did not agree: what is left of it is of no use to anybody. */
const OVER = new Set(['recording_over', 'gone', 'guest_not_agreed'])
/** The consent was taken back: what was said since belongs to nobody. */
const NOT_AGREED = 'recording_not_agreed'
const PASSING = new Set([0, 401, 408, 429, 500, 502, 503, 504, 507])

export interface UploadState {
  /** Chunks that are still to be sent. */
  waiting: number
  /** This tab is the one that sends. */
  isSending: boolean
  /** Why it does not go on now, in the house's words; null while it does. */
  trouble: Text | null
  /** Segments of which the house takes no more. */
  refused: number
}

export interface UploaderMeans {
  api: Pick<typeof recordings, 'begin' | 'chunk' | 'close'>
  locks: LockManager | undefined
  random: () => number
  pause: (ms: number, woken: AbortSignal) => Promise<void>
}

const pause = (ms: number, woken: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms)
    woken.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })

export class Uploader {
  readonly state: DeepReadonly<UploadState>
  private readonly shown = reactive<UploadState>({ waiting: 0, isSending: false, trouble: null, refused: 0 })
  private readonly box: Box
  private readonly means: UploaderMeans
  private readonly tab: SendingTab
  private readonly begun = new Set<string>()
  /** Not now, and not by this page: a session that is somebody else's must not cost what was recorded. */
  private readonly aside = new Set<string>()
  /** Parts of these are on a device that does not answer now. */
  private readonly later = new Set<string>()
  private readonly damaged = new Map<string, number>()
  private sleep = new AbortController()
  private tries = 0
  private isRunning = false
  private isStopped = false
  private countedAt = 0
  private unlisten: (() => void) | null = null

  constructor(box: Box, means: Partial<UploaderMeans> = {}) {
    this.box = box
    this.means = { api: recordings, locks: (navigator as { locks?: LockManager }).locks, random: Math.random, pause, ...means }
    this.tab = new SendingTab(`xinglin.uploader.${box.owner}`, () => void this.run(), this.means.locks)
    this.state = readonly(this.shown)
  }

  start(): void {
    this.unlisten ??= this.box.onMore(() => this.wake())
    addEventListener('online', this.online)
    void this.box.purge().finally(() => this.tab.want())
    void this.count()
  }

  stop(): void {
    this.isStopped = true
    this.unlisten?.()
    removeEventListener('online', this.online)
    this.tab.release()
    this.sleep.abort()
  }

  /** One chunk, or one ending. True: there may be more to do at once. Raises: ApiProblem for what passes. */
  async step(): Promise<boolean> {
    if (!this.box.isDeaf) this.later.clear()
    const segments = await this.box.segments()
    const shut = new Set([...this.aside, ...segments.filter(({ refused }) => refused !== null).map(({ id }) => id)])
    this.shown.refused = shut.size
    for (const id of this.later) shut.add(id)
    const chunk = await this.box.oldest(shut)
    if (!chunk) return this.finish(segments.filter(({ id }) => !shut.has(id)))
    const segment = segments.find(({ id }) => id === chunk.segment)
    if (!segment) return this.box.dropOrphan(chunk)
    await this.carry(segment, chunk)
    return true
  }

  private readonly online = (): void => {
    this.tries = 0
    this.wake()
  }

  private wake(): void {
    // A pause after a failure is not cut short by every chunk that comes.
    if (this.tries === 0) this.sleep.abort()
    void this.count()
  }

  private async run(): Promise<void> {
    if (this.isRunning) return
    this.isRunning = this.shown.isSending = true
    while (!this.isStopped && this.tab.isMine) {
      const again = await this.step().then(
        (more) => this.went(more),
        (error: unknown) => this.failed(asProblem(error)),
      )
      void this.count()
      if (again === 0) continue
      this.sleep = new AbortController()
      await this.means.pause(again, this.sleep.signal)
    }
    this.isRunning = this.shown.isSending = false
  }

  private went(more: boolean): number {
    this.tries = 0
    this.shown.trouble = null
    return more ? 0 : LOOK_EVERY_MS
  }

  private failed(problem: ApiProblem): number {
    this.shown.trouble = problem.text
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries)
    this.tries += 1
    return longest * (0.5 + this.means.random() / 2)
  }

  private async carry(segment: Segment, chunk: Chunk): Promise<void> {
    try {
      if (!this.begun.has(segment.id)) await this.begin(segment)
      this.begun.add(segment.id)
      const { sha256, chain, began_ms } = chunk
      await this.means.api.chunk(segment.call, segment.id, chunk.seq, chunk.bytes, { sha256, chain, beganMs: began_ms })
      await this.box.drop(chunk)
    } catch (error) {
      await this.refused(segment, chunk, asProblem(error))
    }
  }

  private begin({ id, call, seat, of, of_role, mime, began_at }: Segment): Promise<SegmentOut> {
    return this.means.api.begin(call, id, { seat, of, of_role, mime, began_at, sent_at: now() })
  }

  /** Raises the problem again when it will pass. */
  private async refused(segment: Segment, chunk: Chunk, problem: ApiProblem): Promise<void> {
    if (problem.code === 'chunk_missing' && (await this.fill(segment, chunk, Number(problem.body['next'])))) return
    if (problem.code === 'chunk_missing' && this.box.isDeaf) {
      this.later.add(segment.id)
      return
    }
    if (problem.code === 'chunk_damaged' && this.countDamaged(chunk) < DAMAGED_MOST) throw problem
    if (OVER.has(problem.code)) {
      await this.box.forget(segment.id)
      return
    }
    if (problem.code === NOT_AGREED) {
      await this.cut(segment)
      return
    }
    if (PASSING.has(problem.status)) throw problem
    if (problem.status === 403 || problem.status === 404) this.aside.add(segment.id)
    else await this.box.refuse(segment.id, problem.code)
  }

  /** What was taken before stays, and ends there. */
  private async cut(segment: Segment): Promise<void> {
    await this.box.refuse(segment.id, NOT_AGREED)
    const { next, chain } = await this.begin(segment)
    await this.means.api.close(segment.call, segment.id, { chunks: next, chain, ended_at: new Date(segment.touched).toISOString() })
    await this.box.forget(segment.id)
  }

  private countDamaged({ segment, seq }: Chunk): number {
    const name = `${segment}.${seq}`
    const times = (this.damaged.get(name) ?? 0) + 1
    this.damaged.set(name, times)
    return times
  }

  /** The house has another number next: that one first, or this one is there already. */
  private async fill(segment: Segment, chunk: Chunk, next: number): Promise<boolean> {
    if (next > chunk.seq) {
      await this.box.drop(chunk)
      return true
    }
    const missing = next < chunk.seq ? await this.box.find(segment.id, next) : null
    if (!missing) return false
    await this.carry(segment, missing)
    return true
  }

  private async finish(segments: readonly Segment[]): Promise<boolean> {
    for (const segment of segments) {
      if (await this.box.isLive(segment)) continue
      if (segment.count > 0) await this.end(segment)
      else await this.box.forget(segment.id)
      return true
    }
    return false
  }

  private async end(segment: Segment): Promise<void> {
    try {
      const { next, chain } = await this.begin(segment)
      if (next < segment.count && this.box.isDeaf) {
        this.later.add(segment.id)
        return
      }
      // A page that died had sent what the device had no room for: the house knows more than we.
      const whole = next > segment.count ? { chunks: next, chain } : { chunks: segment.count, chain: segment.chain }
      await this.means.api.close(segment.call, segment.id, { ...whole, ended_at: segment.ended_at ?? new Date(segment.touched).toISOString() })
    } catch (error) {
      const problem = asProblem(error)
      if (PASSING.has(problem.status)) throw problem
      // Closed before, or over: nothing of it is left here in either case.
    }
    this.begun.delete(segment.id)
    await this.box.forget(segment.id)
  }

  private async count(): Promise<void> {
    const now = Date.now()
    if (now - this.countedAt < COUNT_EVERY_MS && this.shown.waiting > 0) return
    this.countedAt = now
    this.shown.waiting = await this.box.waiting(this.aside)
  }
}

const now = (): string => new Date(houseNow()).toISOString()

const running = new Map<string, Uploader>()

/** On every page of the staff: what an earlier page has left goes on. Idempotent. */
export function resumeUploads(owner: string): Uploader {
  const known = running.get(owner)
  if (known) return known
  const uploader = new Uploader(theBox(owner))
  running.set(owner, uploader)
  uploader.start()
  const forgetThis = afterSignOut(async (who) => {
    if (who !== owner) return
    forgetThis()
    await leaveRecordings(owner)
  })
  return uploader
}

/** Before somebody signs out: what would be lost. Nothing where the device keeps nothing. */
export async function recordingsWaiting(owner: string): Promise<number> {
  return theBox(owner).waiting()
}

/**
 * After sign-out. What the house has not got yet stays on this device for the same person, who alone can send it;
 * where everything is up, nothing stays but what the house refused, and that for some days; with `even`, nothing at all.
 */
export async function leaveRecordings(owner: string, { even = false } = {}): Promise<void> {
  running.get(owner)?.stop()
  running.delete(owner)
  const box = theBox(owner)
  if (!even && (await box.waiting()) > 0) return
  for (const { id, refused } of await box.segments()) if (even || refused === null) await box.forget(id)
}
