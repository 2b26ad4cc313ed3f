import 'fake-indexeddb/auto'

import { createHash } from 'node:crypto'

import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, it } from 'vitest'

import { ApiProblem, offline } from '../../api/problem'
import { FakeBrowser } from '../../live/fakes'
import type { SegmentOut } from '../api'
import { Box, BoxFull, theBox, type BoxMeans, type NewSegment } from './box'
import { forgetStore, theStore } from './store'
import { leaveRecordings, recordingsWaiting, resumeUploads, Uploader } from './uploader'

const NEW: NewSegment = { call: 'call', seat: 'doctors', of: 'patients', of_role: 'patient', mime: 'video/webm', began_at: '2026-11-29T08:00:00Z' }
const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer
const hash = (...parts: Uint8Array[]): Uint8Array => createHash('sha256').update(Buffer.concat(parts)).digest()
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')

/** A house that takes chunks as the real one does. */
class FakeHouse {
  readonly taken: string[] = []
  readonly closed: { segment: string; chunks: number; chain: string }[] = []
  readonly next = new Map<string, number>()
  chain = '00'.repeat(32)
  refuse: ApiProblem | null = null

  private check(): void {
    if (this.refuse) throw this.refuse
  }
  private state(id: string): SegmentOut {
    return { id, state: 'open', next: this.next.get(id) ?? 0, chain: this.chain, bytes: 0 }
  }
  begin = (_call: string, id: string): Promise<SegmentOut> => Promise.resolve().then(() => (this.check(), this.state(id)))
  chunk = (_call: string, id: string, seq: number, body: ArrayBuffer, told: { chain: string }): Promise<void> =>
    Promise.resolve().then(() => {
      this.check()
      const next = this.next.get(id) ?? 0
      if (seq > next) throw problem('chunk_missing', { next })
      if (seq === next) {
        this.taken.push(Buffer.from(body).toString())
        this.next.set(id, seq + 1)
        this.chain = told.chain
      }
    })
  close = (_call: string, segment: string, told: { chunks: number; chain: string }): Promise<unknown> =>
    Promise.resolve().then(() => (this.check(), this.closed.push({ segment, chunks: told.chunks, chain: told.chain })))
}
const problem = (code: string, more: object = {}, status = 409): ApiProblem => new ApiProblem({ status, code, text: { zh: code, en: code }, ...more })

const stage = (browser = new FakeBrowser()) => {
  const means = { channel: browser.channel, locks: undefined }
  const box = new Box('wang', means)
  const house = new FakeHouse()
  const uploader = new Uploader(box, { api: house, locks: undefined })
  /** Until there is nothing more to do at once. */
  const carry = async (): Promise<void> => {
    while (await uploader.step());
  }
  return { box, house, uploader, carry, means }
}
const full = (): Partial<BoxMeans> => ({
  channel: () => null,
  locks: undefined,
  memoryMost: 10,
  open: async () => {
    const store = await theStore()
    return new Proxy(store, {
      get: (target, name) => {
        if (name === 'transaction' || name === 'put') {
          return (...given: unknown[]) => {
            if (name === 'put' || given[1] === 'readwrite') throw new DOMException('no room', 'QuotaExceededError')
            return (target.transaction as (...all: unknown[]) => unknown)(...given)
          }
        }
        return Reflect.get(target, name) as unknown
      },
    })
  },
})

const never = (): Promise<never> => new Promise(() => undefined)
/** A device of which some acts have another answer, or none. */
const odd = (broken: (name: string | symbol, given: unknown[]) => boolean, answer: () => unknown): Partial<BoxMeans> => ({
  channel: () => null,
  locks: undefined,
  open: async () =>
    new Proxy(await theStore(), {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name)
        if (typeof own !== 'function') return own
        return (...given: unknown[]): unknown => (broken(name, given) ? answer() : (own.apply(target, given) as unknown))
      },
    }),
})

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  forgetStore()
})

describe('the box', () => {
  it('chains each chunk to the one before', async () => {
    const { box } = stage()
    const id = await box.begin(NEW)
    await Promise.all([box.add(id, bytes('one'), 0), box.add(id, bytes('two'), 2_000)])
    const first = hash(Buffer.alloc(32), hash(Buffer.from('one')))
    const second = hash(first, hash(Buffer.from('two')))
    expect([(await box.find(id, 0))?.chain, (await box.find(id, 1))?.chain]).toEqual([hex(first), hex(second)])
    expect(await box.segments()).toMatchObject([{ id, count: 2, chain: hex(second), ended_at: null }])
  })
  it('another page finds what a crash has left, and nobody else’s', async () => {
    const { box, means } = stage()
    const id = await box.begin(NEW)
    await box.add(id, bytes('one'), 0)
    expect(await new Box('wang', means).oldest()).toMatchObject({ segment: id, seq: 0 })
    expect(await new Box('li', means).oldest()).toBeNull()
    expect(await new Box('li', means).waiting()).toBe(0)
  })
  it('where the device is full it goes on in the page, and says so; and then it says that it cannot', async () => {
    const box = new Box('wang', full())
    const id = await box.begin(NEW)
    await box.add(id, bytes('12345'), 0)
    expect(box.isInMemory).toBe(true)
    expect(await box.oldest()).toMatchObject({ segment: id, seq: 0 })
    await box.add(id, bytes('12345'), 0)
    await expect(box.add(id, bytes('6'), 0)).rejects.toThrow(BoxFull)
    const oldest = await box.oldest()
    if (oldest) await box.drop(oldest)
    await box.add(id, bytes('7'), 0)
    expect(await box.waiting()).toBe(2)
  })
  it('a device that does not answer holds nothing up: it goes on in the page, and is sent from there', async () => {
    let hangs = false
    const write = { objectStore: () => ({ add: never, put: never }), done: never() }
    const box = new Box('wang', { ...odd((name, given) => hangs && name === 'transaction' && given[1] === 'readwrite', () => write), writesWithinMs: 50 })
    const id = await box.begin(NEW)
    await box.add(id, bytes('one'), 0)
    hangs = true
    await box.add(id, bytes('two'), 2_000)
    await box.add(id, bytes('three'), 4_000)
    expect(box.isInMemory).toBe(true)
    expect(await box.segments()).toMatchObject([{ id, count: 3 }])
    expect([(await box.find(id, 1))?.bytes, (await box.find(id, 2))?.bytes]).toEqual([bytes('two'), bytes('three')])
  })
})

describe('the uploader', () => {
  it('sends the oldest first over all segments, ends what has ended, and leaves nothing', async () => {
    const { box, house, carry } = stage()
    const [a, b] = [await box.begin(NEW), await box.begin({ ...NEW, of: 'doctors', of_role: 'doctor' })]
    await box.add(a, bytes('a1'), 0)
    await box.add(b, bytes('b1'), 0)
    await box.add(a, bytes('a2'), 0)
    await carry()
    expect(house.taken).toEqual(['a1', 'b1', 'a2'])
    expect(house.closed).toEqual([])
    await box.close(a, '2026-11-29T08:01:00Z')
    await carry()
    expect(house.closed.map(({ segment, chunks }) => [segment, chunks])).toEqual([[a, 2]])
    expect((await box.segments()).map(({ id }) => id)).toEqual([b])
  })
  it('ends what a page that crashed had begun, with the chain it had reached', async () => {
    const { box, house, means } = stage()
    const id = await box.begin(NEW)
    await box.add(id, bytes('one'), 0)
    const store = await theStore()
    const left = await store.get('segments', id)
    if (left) await store.put('segments', { ...left, touched: 0 })
    const uploader = new Uploader(new Box('wang', means), { api: house, locks: undefined })
    while (await uploader.step());
    expect(house.closed).toMatchObject([{ segment: id, chunks: 1, chain: left?.chain }])
    expect(await box.segments()).toEqual([])
  })
  it('a page that still records keeps its segment open', async () => {
    const { box, house, means } = stage()
    await box.add(await box.begin(NEW), bytes('one'), 0)
    const uploader = new Uploader(new Box('wang', means), { api: house, locks: undefined })
    while (await uploader.step());
    expect(house.taken).toEqual(['one'])
    expect(house.closed).toEqual([])
  })
  it('a house that is away takes nothing away', async () => {
    const { box, house, uploader, carry } = stage()
    await box.add(await box.begin(NEW), bytes('one'), 0)
    for (const passing of [offline(), problem('busy', {}, 503), problem('storage_full', {}, 507), problem('unauthenticated', {}, 401)]) {
      house.refuse = passing
      await expect(uploader.step()).rejects.toBe(passing)
    }
    house.refuse = null
    await carry()
    expect(house.taken).toEqual(['one'])
  })
  it('what the house has already is not sent again, and what it misses comes first', async () => {
    const { box, house, carry } = stage()
    const id = await box.begin(NEW)
    for (const text of ['1', '2', '3']) await box.add(id, bytes(text), 0)
    house.next.set(id, 1)
    await carry()
    expect(house.taken).toEqual(['2', '3'])
  })
  it('what the device does not give now is sent later; what the page has goes on', async () => {
    let hangs = false
    const hanging = odd((name) => hangs && name === 'transaction', () => ({ objectStore: () => ({ add: never, put: never }), store: { index: () => ({ openCursor: never }) }, done: never() }))
    const box = new Box('wang', { ...hanging, writesWithinMs: 50 })
    const house = new FakeHouse()
    const uploader = new Uploader(box, { api: house, locks: undefined })
    const first = await box.begin(NEW)
    await box.add(first, bytes('one'), 0)
    hangs = true
    await box.add(first, bytes('two'), 2_000)
    await box.close(first, '2026-11-29T08:01:00Z')
    const second = await box.begin(NEW)
    await box.add(second, bytes('another'), 0)
    await box.close(second, '2026-11-29T08:02:00Z')
    while (await uploader.step());
    expect(house.taken).toEqual(['another'])
    expect(house.closed.map(({ segment }) => segment)).toEqual([second])
    expect(await box.segments()).toMatchObject([{ id: first, count: 2, refused: null }])
  })
  it('what cannot be read for a moment is not thrown away', async () => {
    let fails = true
    const box = new Box('wang', odd((name) => fails && name === 'getAllFromIndex', () => Promise.reject(new Error('closing'))))
    const house = new FakeHouse()
    const uploader = new Uploader(box, { api: house, locks: undefined })
    await box.add(await box.begin(NEW), bytes('one'), 0)
    expect(await uploader.step()).toBe(false)
    fails = false
    while (await uploader.step());
    expect(house.taken).toEqual(['one'])
  })
  it('one refused segment does not hold up the others, and its page is told', async () => {
    const { box, house, uploader, carry } = stage()
    const [a, b] = [await box.begin(NEW), await box.begin(NEW)]
    const told: string[] = []
    box.onRefused((segment, code) => told.push(`${segment === a ? 'a' : 'b'} ${code}`))
    await box.add(a, bytes('a1'), 0)
    house.refuse = problem('segment_closed')
    await uploader.step()
    house.refuse = null
    await box.add(a, bytes('a2'), 0)
    await box.add(b, bytes('b1'), 0)
    await carry()
    expect(house.taken).toEqual(['b1'])
    expect(told).toEqual(['a segment_closed'])
    expect(uploader.state.refused).toBe(1)
    expect(await box.waiting()).toBe(0)
  })
  it('somebody else’s session costs nothing: another page tries again', async () => {
    const { box, house, uploader, carry, means } = stage()
    await box.add(await box.begin(NEW), bytes('one'), 0)
    house.refuse = problem('not_found', {}, 404)
    await uploader.step()
    house.refuse = null
    await carry()
    expect(house.taken).toEqual([])
    const later = new Uploader(new Box('wang', means), { api: house, locks: undefined })
    while (await later.step());
    expect(house.taken).toEqual(['one'])
  })
  it('when the consent was taken back, what was taken before ends there and the rest is gone', async () => {
    const { box, house, uploader, carry } = stage()
    const id = await box.begin(NEW)
    await box.add(id, bytes('agreed'), 0)
    await carry()
    await box.add(id, bytes('not agreed'), 0)
    const chunk = house.chunk
    house.chunk = () => Promise.reject(problem('recording_not_agreed'))
    await uploader.step()
    house.chunk = chunk
    await box.add(id, bytes('nor this'), 0)
    await carry()
    expect(house.taken).toEqual(['agreed'])
    expect(house.closed).toMatchObject([{ segment: id, chunks: 1 }])
    expect(await box.waiting()).toBe(0)
  })
  it.each(['recording_over', 'guest_not_agreed'])('of what the house will never take nothing is kept: %s', async (code) => {
    const { box, house, uploader } = stage()
    await box.add(await box.begin(NEW), bytes('one'), 0)
    house.refuse = problem(code)
    await uploader.step()
    expect(await box.segments()).toEqual([])
  })
})

describe('old films', () => {
  /** Somebody’s, last touched so many hours ago. */
  async function left(owner: string, hours: number, refused: string | null = null): Promise<void> {
    const box = new Box(owner, { channel: () => null, locks: undefined })
    const id = await box.begin(NEW)
    await box.add(id, bytes('one'), 0)
    const store = await theStore()
    const found = await store.get('segments', id)
    if (found) await store.put('segments', { ...found, refused, touched: found.touched - hours * 3_600_000 })
  }
  const kept = async (): Promise<string[]> => (await (await theStore()).getAll('segments')).map(({ owner }) => owner).sort()

  it('of others go when the house takes them no more; one’s own are for the house to judge', async () => {
    await left('li', 35)
    await left('zhao', 37)
    await left('wang', 37)
    await stage().box.purge()
    expect(await kept()).toEqual(['li', 'wang'])
    expect(await (await theStore()).count('chunks')).toBe(2)
  })
  it('that were refused stay three days, whosever', async () => {
    for (const [owner, hours] of [['li', 71], ['zhao', 73], ['wang', 73]] as const) await left(owner, hours, 'segment_closed')
    await stage().box.purge()
    expect(await kept()).toEqual(['li'])
  })
})

describe('signing out', () => {
  it('takes nothing away that the house has not got, and everything else', async () => {
    const box = theBox('zhao')
    const id = await box.begin(NEW)
    await box.add(id, bytes('one'), 0)
    await leaveRecordings('zhao')
    expect(await recordingsWaiting('zhao')).toBe(1)
    const chunk = await box.oldest()
    if (chunk) await box.drop(chunk)
    await leaveRecordings('zhao')
    expect(await box.segments()).toEqual([])
  })
  it('ends the sending under the old name; the next to come begins anew', async () => {
    const before = resumeUploads('zhao')
    expect(resumeUploads('zhao')).toBe(before)
    await leaveRecordings('zhao', { even: true })
    expect(resumeUploads('zhao')).not.toBe(before)
    await leaveRecordings('zhao', { even: true })
  })
})
