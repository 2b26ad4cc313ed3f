/** Outbox of recordings: each chunk is on the device, by itself and for good, before it is sent. A crash costs the running one. */

import { newKey } from '../../api/http'
import { houseNow } from '../../live/houseclock'
import { CHAIN_START, chained, sha256 } from './hashes'
import { forgetStore, theStore, type Chunk, type Segment, type Store } from './store'

/** Where the device has no room, so much waits in the page. */
const MEMORY_MOST = 48 * 1024 * 1024
/** Behind everything that the database has counted. */
const UNCOUNTED = 2 ** 50
const STRICT: IDBTransactionOptions = { durability: 'strict' }
/** Without Web Locks, a segment that got nothing for so long has lost its page. */
const ORPHAN_AFTER_MS = 60_000
/** A device that has not written by then counts as full. */
const WRITES_WITHIN_MS = 2_000
/** Reading takes longer behind much that waits, and holds nothing up. */
const READS_WITHIN_MS = 8_000
/** Not asked again for so long: each asking costs the wait. */
const DEAF_MS = 20_000
/** The house takes what was recorded for a day after the end of its call; the rest is for the length of the call. */
const LEFT_KEPT_MS = 36 * 3_600_000
/** What the house does not take is kept so long, for somebody to ask about. */
const REFUSED_KEPT_MS = 3 * 86_400_000

export type NewSegment = Pick<Segment, 'call' | 'seat' | 'of' | 'of_role' | 'mime' | 'began_at'>
type Gossip = { op: 'more' } | { op: 'refused'; segment: string; code: string }

/** Neither the device nor the page has room. */
export class BoxFull extends Error {}

export interface BoxMeans {
  open: () => Promise<Store>
  channel: (name: string) => BroadcastChannel | null
  locks: LockManager | undefined
  memoryMost: number
  writesWithinMs: number
}

const browser = (): BoxMeans => ({
  open: theStore,
  channel: (name) => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)),
  locks: (navigator as { locks?: LockManager }).locks,
  memoryMost: MEMORY_MOST,
  writesWithinMs: WRITES_WITHIN_MS,
})

export class Box {
  readonly owner: string
  private readonly means: BoxMeans
  private readonly channel: BroadcastChannel | null
  /** Recorded by this page now. */
  private readonly live = new Map<string, Segment>()
  private readonly letGo = new Map<string, () => void>()
  /** What the device had no room for. */
  private memory: Chunk[] = []
  private readonly homeless = new Map<string, Segment>()
  private uncounted = UNCOUNTED
  private deafUntil = 0
  private turn: Promise<unknown> = Promise.resolve()
  private readonly more = new Set<() => void>()
  private readonly refusals = new Set<(segment: string, code: string) => void>()

  constructor(owner: string, means: Partial<BoxMeans> = {}) {
    this.owner = owner
    this.means = { ...browser(), ...means }
    this.channel = this.means.channel(`xinglin.recordings.${owner}`)
    if (this.channel) this.channel.onmessage = ({ data }: MessageEvent<Gossip>) => this.hear(data)
  }

  /** Nothing is kept where a reload finds it. */
  get isInMemory(): boolean {
    return this.memory.length > 0 || this.homeless.size > 0
  }

  /** The device does not answer: what it keeps is not seen now, and not gone. */
  get isDeaf(): boolean {
    return performance.now() < this.deafUntil
  }

  onMore(heard: () => void): () => void {
    this.more.add(heard)
    return () => this.more.delete(heard)
  }

  /** The house takes no more of a segment: who records it begins another. */
  onRefused(heard: (segment: string, code: string) => void): () => void {
    this.refusals.add(heard)
    return () => this.refusals.delete(heard)
  }

  async begin(told: NewSegment): Promise<string> {
    const segment: Segment = { ...told, id: newKey(), owner: this.owner, count: 0, chain: CHAIN_START, ended_at: null, touched: houseNow(), refused: null }
    this.live.set(segment.id, segment)
    this.hold(segment.id)
    await this.inTurn(() => this.keepSegment(segment))
    return segment.id
  }

  /** In the order of the calls. Raises: BoxFull; the segment must end then, since it would have a hole. */
  add(id: string, bytes: ArrayBuffer, beganMs: number): Promise<void> {
    return this.inTurn(async () => {
      const segment = this.live.get(id)
      if (!segment) return
      const hash = await sha256(bytes)
      const chain = await chained(segment.chain, hash)
      const chunk = { owner: this.owner, segment: id, seq: segment.count, bytes, sha256: hash, chain, began_ms: beganMs }
      const next = { ...segment, count: segment.count + 1, chain, touched: houseNow() }
      await this.keep(chunk, next)
      this.live.set(id, next)
      this.told()
    })
  }

  /** Behind every chunk that was given before. */
  async close(id: string, endedAt: string): Promise<void> {
    await this.inTurn(async () => {
      const segment = this.live.get(id)
      if (!segment) return
      await this.keepSegment({ ...segment, ended_at: endedAt })
      this.unlive(id)
      this.told()
    })
  }

  async segments(): Promise<Segment[]> {
    const kept = (await this.onDevice((store) => store.getAllFromIndex('segments', 'owner', this.owner))) ?? []
    return [...kept.filter(({ id }) => !this.homeless.has(id)), ...this.homeless.values()]
  }

  /** Leaving out segments that are not to be sent. */
  async oldest(without: ReadonlySet<string> = new Set()): Promise<Chunk | null> {
    const kept = await this.onDevice(async (store) => {
      let cursor = await store.transaction('chunks').store.index('owner').openCursor(this.range())
      while (cursor && without.has(cursor.value.segment)) cursor = await cursor.continue()
      return cursor?.value ?? null
    })
    return kept ?? this.memory.find(({ segment }) => !without.has(segment)) ?? null
  }

  async find(segment: string, seq: number): Promise<Chunk | null> {
    const kept = await this.onDevice((store) => store.getFromIndex('chunks', 'segment', [segment, seq]))
    return kept ?? this.memory.find((chunk) => chunk.segment === segment && chunk.seq === seq) ?? null
  }

  async drop({ order }: Pick<Chunk, 'order'>): Promise<void> {
    if (order < UNCOUNTED) await this.onDevice((store) => store.delete('chunks', order))
    else this.memory = this.memory.filter((chunk) => chunk.order !== order)
  }

  /** True when its segment was forgotten: then nobody wants it. One that only could not be read stays. */
  async dropOrphan({ order, segment }: Chunk): Promise<boolean> {
    const dropped = await this.onDevice(async (store) => {
      const both = store.transaction(['segments', 'chunks'], 'readwrite')
      const isOrphan = (await both.objectStore('segments').count(segment)) === 0
      if (isOrphan && order < UNCOUNTED) await both.objectStore('chunks').delete(order)
      await both.done
      return isOrphan
    })
    return dropped ?? false
  }

  /** With everything that is left of it. */
  async forget(id: string): Promise<void> {
    this.homeless.delete(id)
    this.memory = this.memory.filter(({ segment }) => segment !== id)
    await this.onDevice(async (store) => {
      const all = store.transaction(['segments', 'chunks'], 'readwrite')
      for (const key of await all.objectStore('chunks').index('segment').getAllKeys(chunksOf(id))) await all.objectStore('chunks').delete(key)
      await all.objectStore('segments').delete(id)
      await all.done
    })
  }

  /** Nothing more is added to it, by whatever page. */
  async refuse(id: string, code: string): Promise<void> {
    await this.inTurn(async () => {
      const segment = this.live.get(id) ?? (await this.segments()).find((each) => each.id === id)
      this.unlive(id)
      if (segment) await this.keepSegment({ ...segment, refused: code })
    })
    this.channel?.postMessage({ op: 'refused', segment: id, code } satisfies Gossip)
    for (const heard of this.refusals) heard(id, code)
  }

  /** Whether a page still records it: of the others their locks tell. */
  async isLive(segment: Segment): Promise<boolean> {
    if (this.live.has(segment.id)) return true
    if (segment.ended_at !== null) return false
    const held = await this.means.locks?.query().catch(() => undefined)
    if (held?.held) return held.held.some(({ name }) => name === lockOf(segment.id))
    return houseNow() - segment.touched < ORPHAN_AFTER_MS
  }

  /** How many pieces are still to be sent; what the house does not take is none of them. Counted by their numbers: no sound or picture is read. */
  async waiting(without: ReadonlySet<string> = new Set()): Promise<number> {
    const wanted = (await this.segments()).filter(({ id, refused }) => refused === null && !without.has(id)).map(({ id }) => id)
    const kept = await this.onDevice(async (store) => {
      const index = store.transaction('chunks').store.index('segment')
      const counts = await Promise.all(wanted.map((id) => index.count(chunksOf(id))))
      return counts.reduce((sum, count) => sum + count, 0)
    })
    return (kept ?? 0) + this.memory.filter(({ segment }) => wanted.includes(segment)).length
  }

  /**
   * Whoever uses this device next finds no films that nobody can send any more, whoever made them.
   * Of this person's own only what was refused: of the rest the house says itself that it is too late.
   */
  async purge(): Promise<void> {
    const all = (await this.onDevice((store) => store.getAll('segments'))) ?? []
    for (const { id, owner, refused, touched } of all) {
      const most = refused === null ? LEFT_KEPT_MS : REFUSED_KEPT_MS
      if ((refused !== null || owner !== this.owner) && houseNow() - touched > most) await this.forget(id)
    }
  }

  shut(): void {
    for (const letGo of this.letGo.values()) letGo()
    this.letGo.clear()
    this.channel?.close()
  }

  private range(): IDBKeyRange {
    return IDBKeyRange.bound([this.owner], [this.owner, []])
  }

  private async keep(chunk: Omit<Chunk, 'order'>, segment: Segment): Promise<void> {
    // What comes behind something that waits in the page has to wait there, too: the order is the chain's.
    if (this.memory.length === 0 && (await this.keptOnDevice(chunk, segment))) {
      this.homeless.delete(segment.id)
      return
    }
    const used = this.memory.reduce((sum, each) => sum + each.bytes.byteLength, 0)
    if (used + chunk.bytes.byteLength > this.means.memoryMost) throw new BoxFull()
    this.memory.push({ ...chunk, order: this.uncounted++ })
    this.homeless.set(segment.id, segment)
  }

  private async keptOnDevice(chunk: Omit<Chunk, 'order'>, segment: Segment): Promise<boolean> {
    const kept = await this.onDevice(async (store) => {
      const both = store.transaction(['segments', 'chunks'], 'readwrite', STRICT)
      await Promise.all([both.objectStore('chunks').add(chunk as Chunk), both.objectStore('segments').put(segment), both.done])
      return true
    }, this.means.writesWithinMs)
    return kept ?? false
  }

  private async keepSegment(segment: Segment): Promise<void> {
    const isHomeless = this.homeless.has(segment.id)
    const kept = isHomeless ? undefined : await this.onDevice((store) => store.put('segments', segment), this.means.writesWithinMs)
    if (kept === undefined) this.homeless.set(segment.id, segment)
  }

  /** Undefined where the device keeps nothing, or no more, or does not answer. What it does too late is harmless: the same piece under the same number. */
  private async onDevice<T>(act: (store: Store) => Promise<T>, withinMs = READS_WITHIN_MS): Promise<T | undefined> {
    if (this.isDeaf) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<undefined>((done) => {
      timer = setTimeout(() => {
        this.deafUntil = performance.now() + DEAF_MS
        forgetStore()
        done(undefined)
      }, withinMs)
    })
    const done = await Promise.race([this.tried(act), late])
    clearTimeout(timer)
    return done
  }

  private async tried<T>(act: (store: Store) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await act(await this.means.open())
      } catch (error) {
        forgetStore()
        if (attempt > 0 || (error instanceof Error && error.name === 'QuotaExceededError')) return undefined
      }
    }
  }

  /** Says to other tabs that this page is recording, for as long as it lives. */
  private hold(id: string): void {
    const held = (): Promise<void> => new Promise((done) => this.letGo.set(id, done))
    void this.means.locks?.request(lockOf(id), held).catch(() => undefined)
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(act)
    this.turn = mine.catch(() => undefined)
    return mine
  }

  private unlive(id: string): void {
    this.live.delete(id)
    this.letGo.get(id)?.()
    this.letGo.delete(id)
  }

  private told(): void {
    this.channel?.postMessage({ op: 'more' } satisfies Gossip)
    for (const heard of this.more) heard()
  }

  private hear(gossip: Gossip): void {
    if (gossip.op === 'more') {
      for (const heard of this.more) heard()
      return
    }
    this.unlive(gossip.segment)
    for (const heard of this.refusals) heard(gossip.segment, gossip.code)
  }
}

const chunksOf = (segment: string): IDBKeyRange => IDBKeyRange.bound([segment], [segment, []])
const lockOf = (segment: string): string => `xinglin.segment.${segment}`

const boxes = new Map<string, Box>()

/** One a tab and person: who records and who sends must see the same. */
export function theBox(owner: string): Box {
  const known = boxes.get(owner) ?? new Box(owner)
  boxes.set(owner, known)
  return known
}
