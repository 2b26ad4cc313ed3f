import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '../api/problem'
import { FakeBrowser, listener, settled, stage, stopClocks, wipe, type Stage } from './fakes'

const refusal = { code: 'thread_closed', text: { zh: '已结束', en: 'It has ended' } }
const tabs: Stage[] = []
let browser: FakeBrowser

async function tab(owner = 'ann', at = browser): Promise<Stage> {
  const one = stage(at)
  tabs.push(one)
  one.line.start(owner)
  await one.line.ready
  return one
}
async function write(on: Stage, ...texts: string[]): Promise<void> {
  for (const text of texts) await on.line.send('c1', 'text', { text })
}
async function comesBack(on: Stage): Promise<void> {
  on.now().drop()
  vi.advanceTimersByTime(3000)
  on.now().hello()
  await settled()
}

beforeEach(() => {
  wipe()
  stopClocks()
  browser = new FakeBrowser()
})
afterEach(() => {
  for (const one of tabs.splice(0)) one.line.stop()
  vi.useRealTimers()
})

describe('what is written', () => {
  it('waits for the line, goes out once and is forgotten when acknowledged', async () => {
    const on = await tab()
    const ear = listener()
    on.line.join('c1', ear)
    await write(on, 'hello')
    expect(on.now().heard).toEqual([])
    expect(on.line.waiting.value).toBe(1)
    on.now().hello()
    await settled()
    expect(on.now().texts).toEqual(['hello'])
    on.now().ack(4)
    expect(ear.got).toEqual([['sent', 4, 'hello']])
    expect(on.line.pending('c1')).toEqual([])
    expect(on.line.waiting.value).toBe(0)
  })

  it('goes out in order, the next only after the acknowledgement', async () => {
    const on = await tab()
    await write(on, 'one', 'two', 'three')
    await on.line.send('c2', 'text', { text: 'elsewhere' })
    on.now().hello()
    await settled()
    expect(on.now().texts).toEqual(['one', 'elsewhere'])
    on.now().say({ op: 'ack', consultation: 'c1', client_id: on.now().of('send')[0]?.client_id ?? '', seq: 2, at: '2026-11-20T08:00:00Z' })
    expect(on.now().texts).toEqual(['one', 'elsewhere', 'two'])
    on.now().ack(3)
    expect(on.now().texts).toEqual(['one', 'elsewhere', 'two', 'three'])
  })

  it('is sent again under the same id when the line broke before the acknowledgement', async () => {
    const on = await tab()
    on.now().hello()
    await write(on, 'hello')
    await comesBack(on)
    const [first, second] = on.sockets.map((s) => s.of('send').map((f) => f.client_id))
    expect(first).toHaveLength(1)
    expect(second).toEqual(first)
  })

  it('survives a reload of the page, and is not sent in another person\'s name', async () => {
    const on = await tab()
    await write(on, 'one', 'two')
    on.line.stop()
    const other = await tab('bob')
    other.now().hello()
    await settled()
    expect(other.now().texts).toEqual([])
    const again = await tab()
    again.now().hello()
    await settled()
    again.now().ack(1)
    expect(again.now().texts).toEqual(['one', 'two'])
  })

  it('that the house has no room for is sent again after a pause, and nothing overtakes it', async () => {
    const on = await tab()
    on.now().hello()
    await write(on, 'one', 'two')
    on.now().say({ op: 'busy', client_id: on.now().of('send')[0]?.client_id ?? '' })
    vi.advanceTimersByTime(1300)
    expect(on.now().texts).toEqual(['one'])
    vi.advanceTimersByTime(200)
    expect(on.now().texts).toEqual(['one', 'one'])
    expect(new Set(on.now().of('send').map((f) => f.client_id)).size).toBe(1)
  })

  it('that was refused stays, with the reason, until the person sends it again; what follows goes on', async () => {
    const on = await tab()
    const ear = listener()
    on.line.join('c1', ear)
    on.now().hello()
    await write(on, 'one', 'two')
    const first = on.now().of('send')[0]?.client_id ?? ''
    on.now().say({ op: 'refused', client_id: first, consultation: 'c1', problem: refusal })
    expect(ear.got).toEqual([['refused', 'thread_closed']])
    expect(on.now().texts).toEqual(['one', 'two'])
    on.now().ack(1)
    await comesBack(on)
    expect(on.now().texts).toEqual([])
    const [failed] = on.line.pending('c1')
    if (failed) await on.line.resend(failed)
    expect(on.now().of('send').map((f) => f.client_id)).toEqual([first])
  })

  it('without an answer shows that the line is dead', async () => {
    const on = await tab()
    on.now().hello()
    await write(on, 'hello')
    vi.advanceTimersByTime(12_000)
    expect(on.line.state.value).toBe('offline')
  })
})

describe('a picture', () => {
  const pixels = new Blob(['pixels'])
  const stored = { id: 'p1', kind: 'picture' as const, name: '', width: 30, height: 20, pages: 0, milliseconds: 0, bytes: 6, sha256: '' }

  it('waits for the line, is uploaded under the key of its message, and keeps its place', async () => {
    const on = await tab()
    await on.line.send('c1', 'picture', {}, pixels)
    await write(on, 'after it')
    expect(on.uploads).toEqual([])
    on.now().hello()
    await settled()
    expect(on.uploads.map((u) => u.key)).toEqual([on.line.pending('c1')[0]?.client_id])
    expect(on.now().of('send')).toEqual([])
    on.uploads[0]?.finish(stored)
    await settled()
    expect(on.now().of('send').map((f) => f.body)).toEqual([{ picture_id: 'p1', width: 30, height: 20 }])
    on.now().ack(1)
    expect(on.now().texts).toEqual([undefined, 'after it'])
  })

  it('is uploaded again after the line was lost, under the same key', async () => {
    const on = await tab()
    on.now().hello()
    await on.line.send('c1', 'picture', {}, pixels)
    await settled()
    await comesBack(on)
    expect(on.uploads).toHaveLength(2)
    expect(on.uploads[1]?.key).toBe(on.uploads[0]?.key)
    expect(on.line.pending('c1')[0]?.refused).toBeUndefined()
  })

  it('that the house does not want says why, and lets the next pass', async () => {
    const on = await tab()
    on.now().hello()
    await on.line.send('c1', 'picture', {}, pixels)
    await write(on, 'after it')
    await settled()
    on.uploads[0]?.fail(new ApiProblem({ status: 422, code: 'not_a_picture', text: refusal.text }))
    await settled()
    expect(on.line.pending('c1').map((i) => i.refused?.code)).toEqual(['not_a_picture', undefined])
    expect(on.now().texts).toEqual(['after it'])
  })

  it('is tried some times while the house is short of breath, then given back', async () => {
    const on = await tab()
    on.now().hello()
    await on.line.send('c1', 'picture', {}, pixels)
    for (let i = 0; i < 4; i += 1) {
      await settled()
      on.uploads[i]?.fail(new ApiProblem({ status: 503, code: 'unreadable', text: refusal.text }))
      await settled()
      vi.advanceTimersByTime(9000)
      on.now().say({ op: 'pong' })
    }
    expect(on.uploads).toHaveLength(4)
    expect(on.line.pending('c1')[0]?.refused?.code).toBe('unreadable')
  })
})

describe('a voice note and a document', () => {
  const none = { name: '', width: 0, height: 0, pages: 0, milliseconds: 0, bytes: 6, sha256: '' }

  it('ride as a picture does, in the order of writing', async () => {
    const on = await tab()
    await on.line.send('c1', 'voice', { ms: 2900 }, new Blob(['sound']))
    await on.line.send('c1', 'document', { name: 'a.pdf' }, new Blob(['pages']))
    on.now().hello()
    await settled()
    on.uploads[0]?.finish({ ...none, id: 'v1', kind: 'voice', milliseconds: 3000 })
    await settled()
    on.now().ack(1)
    await settled()
    on.uploads[1]?.finish({ ...none, id: 'd1', kind: 'document', name: 'a.pdf', pages: 2 })
    await settled()
    expect(on.uploads.map((u) => u.kind)).toEqual(['voice', 'document'])
    expect(on.now().of('send').map((f) => f.body)).toEqual([
      { voice_id: 'v1', ms: 3000 },
      { document_id: 'd1', name: 'a.pdf', pages: 2, bytes: 6 },
    ])
  })
})

describe('several tabs of one person', () => {
  it('show the same, and exactly one sends', async () => {
    const [one, two] = [await tab(), await tab()]
    one.now().hello()
    two.now().hello()
    await settled()
    await write(two, 'from the second')
    await settled()
    expect([one.now().texts, two.now().texts]).toEqual([['from the second'], []])
    const ear = listener()
    two.line.join('c1', ear)
    one.now().ack(7)
    await settled()
    expect(ear.got).toContainEqual(['sent', 7, 'from the second'])
    expect([one.line.pending('c1'), two.line.pending('c1')]).toEqual([[], []])
  })

  it('another takes over when the sending one is closed', async () => {
    const [one, two] = [await tab(), await tab()]
    one.now().hello()
    two.now().hello()
    await write(two, 'a', 'b')
    await settled()
    one.line.stop()
    await settled()
    expect(two.now().texts).toEqual(['a'])
    two.now().ack(1)
    expect(two.now().texts).toEqual(['a', 'b'])
  })

  it('another takes over when the sending one has lost its line', async () => {
    const [one, two] = [await tab(), await tab()]
    one.now().hello()
    two.now().hello()
    await settled()
    one.now().drop()
    await write(one, 'a')
    await settled()
    expect(two.now().texts).toEqual(['a'])
  })

  it('another takes over when the sending one stands still with its lock', async () => {
    // Frozen: it holds the lock, and no word reaches it.
    void browser.locks.request('xinglin.sender.ann', {}, () => new Promise<void>(() => undefined)).catch(() => undefined)
    const on = await tab()
    on.now().hello()
    await write(on, 'a')
    await settled()
    expect(on.now().texts).toEqual([])
    vi.advanceTimersByTime(11_000)
    await settled()
    expect(on.now().texts).toEqual(['a'])
  })

  it('nobody takes over from one that lives', async () => {
    const [one, two] = [await tab(), await tab()]
    one.now().hello()
    two.now().hello()
    await write(two, 'a')
    for (let i = 0; i < 3; i += 1) {
      vi.advanceTimersByTime(9000)
      await settled()
    }
    expect(two.now().texts).toEqual([])
  })
})
