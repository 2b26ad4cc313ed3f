import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'

import { message, stage, type Stage } from './fakes'
import { Ledger, useThread, type MessagePage, type ReadPage } from './thread'

describe('a ledger', () => {
  it('keeps messages in order whatever order they come in', () => {
    const ledger = new Ledger()
    for (const seq of [2, 3, 1]) ledger.take(message(seq))
    expect(ledger.inOrder().map((m) => m.seq)).toEqual([1, 2, 3])
    expect(ledger.complete).toBe(3)
  })
  it('takes each message once', () => {
    const ledger = new Ledger()
    expect(ledger.take(message(1))).toBe(true)
    expect(ledger.take(message(1))).toBe(false)
    expect(ledger.inOrder()).toHaveLength(1)
  })
  it('knows that something is missing, and when it is no longer', () => {
    const ledger = new Ledger()
    ledger.take(message(1))
    ledger.take(message(3))
    expect([ledger.gap, ledger.complete]).toEqual([true, 1])
    ledger.take(message(2))
    expect([ledger.gap, ledger.complete]).toEqual([false, 3])
  })
})

describe('a thread', () => {
  let on: Stage
  let scope: EffectScope
  const pages = (...all: number[]): ReadPage => (_, since, limit): Promise<MessagePage> => {
    const messages = all.filter((seq) => seq > since).slice(0, limit)
    return Promise.resolve({ messages: messages.map((seq) => message(seq)), last_seq: all.at(-1) ?? 0 })
  }
  async function open(read: ReadPage, consultation = ref('c1')) {
    const thread = scope.run(() => useThread(consultation, { line: on.line, read }))
    if (!thread) throw new Error('the scope has ended')
    await vi.waitUntil(() => !thread.loading.value)
    return thread
  }

  beforeEach(() => {
    localStorage.clear()
    on = stage()
    on.line.start('ann')
    on.now().hello()
    scope = effectScope()
  })
  afterEach(() => {
    scope.stop()
    on.line.stop()
  })

  it('is read to its end, then followed from there', async () => {
    const thread = await open(pages(1, 2, 3))
    expect(thread.messages.value.map((m) => m.seq)).toEqual([1, 2, 3])
    expect(on.now().of('join')).toEqual([{ op: 'join', consultation: 'c1', since: 3 }])
    on.now().say({ op: 'message', message: message(4) })
    expect(thread.messages.value.map((m) => m.seq)).toEqual([1, 2, 3, 4])
  })

  it('is read page by page when it is long', async () => {
    const read = vi.fn(pages(...Array.from({ length: 450 }, (_, i) => i + 1)))
    const thread = await open(read)
    expect(thread.messages.value).toHaveLength(450)
    expect(read.mock.calls.map(([, since]) => since)).toEqual([0, 200, 400])
  })

  it('asks once for what is missing when a number was skipped', async () => {
    const thread = await open(pages(1))
    on.now().say({ op: 'message', message: message(3) })
    on.now().say({ op: 'message', message: message(4) })
    expect(on.now().of('join').map((f) => f.since)).toEqual([1, 1])
    on.now().say({ op: 'message', message: message(2) })
    expect(thread.messages.value.map((m) => m.seq)).toEqual([1, 2, 3, 4])
  })

  it('shows an own message from the moment of sending, and once', async () => {
    const thread = await open(pages(1))
    thread.send('text', { text: 'mine' })
    expect(thread.pending.value.map((i) => i.body.text)).toEqual(['mine'])
    const [sent] = on.now().of('send')
    on.now().say({ op: 'ack', consultation: 'c1', client_id: sent?.client_id ?? '', seq: 2, at: '2026-11-20T08:01:00Z' })
    expect(thread.pending.value).toEqual([])
    expect(thread.messages.value.map((m) => [m.seq, m.sender, m.body.text])).toEqual([
      [1, 'doctor', 'word 1'],
      [2, 'patient', 'mine'],
    ])
  })

  it('finds by number what another tab has sent for it', async () => {
    await open(pages(1))
    on.now().say({ op: 'ack', consultation: 'c1', client_id: 'of another tab', seq: 2, at: '2026-11-20T08:01:00Z' })
    expect(on.now().of('join').map((f) => f.since)).toEqual([1, 1])
  })

  it('forgets a pending message that the server had after all', async () => {
    const { client_id } = on.line.send('c1', 'text', { text: 'mine' })
    const thread = await open(() => Promise.resolve({ messages: [message(1, { client_id, sender: 'patient' })], last_seq: 1 }))
    expect(thread.pending.value).toEqual([])
    expect(on.line.pending('c1')).toEqual([])
  })

  it('says what went wrong, and can be read again', async () => {
    let isDown = true
    const thread = await open((...asked) => (isDown ? Promise.reject(new Error('down')) : pages(1)(...asked)))
    expect(thread.problem.value?.code).toBe('unknown')
    expect(on.now().of('join')).toEqual([])
    isDown = false
    thread.reload()
    await vi.waitUntil(() => !thread.loading.value)
    expect(thread.messages.value).toHaveLength(1)
    expect(thread.problem.value).toBeNull()
  })

  it('shows that the other side is writing until words come', async () => {
    const thread = await open(pages(1))
    on.now().say({ op: 'typing', consultation: 'c1', sender: 'doc' })
    expect(thread.typing.value).toBe(true)
    on.now().say({ op: 'message', message: message(2) })
    expect(thread.typing.value).toBe(false)
  })

  it('tells of its own writing now and then, not with every key', async () => {
    const thread = await open(pages(1))
    for (let i = 0; i < 5; i += 1) thread.isTyping()
    expect(on.now().of('typing')).toHaveLength(1)
  })

  it('leaves one consultation when it goes to another', async () => {
    const consultation = ref('c1')
    const thread = await open(pages(1), consultation)
    consultation.value = 'c2'
    await nextTick()
    await vi.waitUntil(() => !thread.loading.value)
    expect(on.now().of('leave').map((f) => f.consultation)).toEqual(['c1'])
    expect(on.now().of('join').map((f) => f.consultation)).toEqual(['c1', 'c2'])
  })
})
