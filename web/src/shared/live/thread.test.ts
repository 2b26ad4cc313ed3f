import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'

import { draftOf } from './draft'
import { message, settled, stage, wipe, type Stage } from './fakes'
import { stateOf, useThread, type MessagePage, type ReadPage, type Span } from './thread'

describe('a thread', () => {
  let on: Stage
  let scope: EffectScope
  /** What the house answers when these numbers are there. */
  const pages = (...all: number[]): ReadPage => (_, span: Span, limit): Promise<MessagePage> => {
    const found = 'since' in span ? all.filter((seq) => seq > span.since).slice(0, limit) : all.filter((seq) => seq < span.before).slice(-limit)
    return Promise.resolve({ messages: found.map((seq) => message(seq)), last_seq: all.at(-1) ?? 0 })
  }
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)
  const marks = (patient: [number, number], doctor: [number, number]) => ({ patient: { got: patient[0], read: patient[1] }, doctor: { got: doctor[0], read: doctor[1] } })
  async function open(read: ReadPage, consultation = ref('c1')) {
    const thread = scope.run(() => useThread(consultation, { line: on.line, read }))
    if (!thread) throw new Error('the scope has ended')
    await vi.waitUntil(() => !thread.loading.value)
    return thread
  }

  beforeEach(() => {
    wipe()
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

  it('opens at its newest page, and is read upwards when somebody wants to', async () => {
    const read = vi.fn(pages(...upTo(150)))
    const thread = await open(read)
    expect(thread.messages.value.map((m) => m.seq)).toEqual(upTo(150).slice(-60))
    expect(on.now().of('join').map((f) => f.since)).toEqual([150])
    await thread.older()
    expect(thread.messages.value).toHaveLength(120)
    await thread.older()
    expect(thread.messages.value.map((m) => m.seq)).toEqual(upTo(150))
    expect(thread.hasOlder.value).toBe(false)
    await thread.older()
    expect(read.mock.calls.map(([, span]) => span)).toEqual([{ before: 2 ** 31 - 1 }, { before: 91 }, { before: 31 }])
  })

  it('is read on when more came while it was read', async () => {
    const first = pages(1, 2)
    const thread = await open((id, span, limit) => ('before' in span ? first(id, span, limit).then((page) => ({ ...page, last_seq: 4 })) : pages(1, 2, 3, 4)(id, span, limit)))
    expect(thread.messages.value.map((m) => m.seq)).toEqual([1, 2, 3, 4])
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
    const sending = thread.send('text', { text: 'mine' })
    expect(thread.pending.value.map((i) => i.body.text)).toEqual(['mine'])
    await sending
    await settled()
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
    const { client_id } = await on.line.send('c1', 'text', { text: 'mine' })
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

  it('tells the house what it has received from the other side, and what was seen', async () => {
    const thread = await open((id, span, limit) => pages(1, 2, 3)(id, span, limit).then((page) => ({ ...page, messages: page.messages.map((m) => (m.seq === 3 ? { ...m, sender: 'patient' as const } : m)) })))
    on.now().say({ op: 'joined', consultation: 'c1', last_seq: 3, marks: marks([0, 0], [0, 0]) })
    expect(on.now().of('mark').map(({ got, read }) => [got, read])).toEqual([[2, 0]])
    thread.sawUpTo(3)
    await vi.waitUntil(() => on.now().of('mark').length === 2, { timeout: 3000 })
    expect(on.now().of('mark').map(({ got, read }) => [got, read])).toEqual([[2, 0], [2, 2]])
  })

  it('shows how far an own message has come', async () => {
    const thread = await open(pages(1))
    on.now().say({ op: 'joined', consultation: 'c1', last_seq: 1, marks: marks([1, 0], [1, 1]) })
    expect([1, 2].map((seq) => stateOf(seq, thread.marks.value.doctor))).toEqual(['read', 'sent'])
    on.now().say({ op: 'marks', consultation: 'c1', side: 'doctor', got: 2, read: 1 })
    expect(stateOf(2, thread.marks.value.doctor)).toBe('delivered')
    on.now().say({ op: 'marks', consultation: 'c1', side: 'doctor', got: 1, read: 0 })
    expect(stateOf(2, thread.marks.value.doctor)).toBe('delivered')
  })

  it('counts the turns that are left, as messages come', async () => {
    const thread = await open(pages(1))
    on.now().say({ op: 'joined', consultation: 'c1', last_seq: 1, turns: 4, max_turns: 20, closes_at: '2026-11-21T08:00:00Z', is_open: true })
    expect(thread.limits.value).toMatchObject({ turns: 4, max_turns: 20, is_open: true })
    for (const seq of [2, 3]) on.now().say({ op: 'message', message: message(seq, { sender: 'patient' }) })
    expect(thread.limits.value?.turns).toBe(5)
  })

  it('asks the house anew how it stands after a step of the visit', async () => {
    await open(pages(1))
    on.now().say({ op: 'joined', consultation: 'c1', last_seq: 1, turns: 0, max_turns: null, closes_at: null, is_open: true })
    on.now().say({ op: 'message', message: message(2, { sender: 'system', kind: 'card' }) })
    expect(on.now().of('join').map((f) => f.since)).toEqual([1, 2])
  })

  it('knows whether the other side is there only while the line is', async () => {
    const thread = await open(pages(1))
    on.now().say({ op: 'presence', consultation: 'c1', side: 'patient', present: false })
    expect(thread.present.value).toBeNull()
    on.now().say({ op: 'presence', consultation: 'c1', side: 'doctor', present: true })
    expect(thread.present.value).toBe(true)
    on.now().drop()
    expect(thread.present.value).toBeNull()
  })

  it('keeps a change with the message it changes, and says why it was refused', async () => {
    const thread = await open(pages(1))
    await thread.withdraw(1)
    await settled()
    const [sent] = on.now().of('send')
    expect([sent?.kind, sent?.body]).toEqual(['withdrawal', { of: 1 }])
    expect(thread.pending.value).toEqual([])
    expect(thread.changes.value.get(1)?.kind).toBe('withdrawal')
    const problem = { code: 'too_late', text: { zh: '晚了', en: 'Too late' } }
    on.now().say({ op: 'refused', client_id: sent?.client_id ?? '', consultation: 'c1', problem })
    expect(thread.changes.value.get(1)?.refused).toEqual(problem)
    expect(thread.messages.value[0]?.withdrawn).toBeUndefined()
  })

  it('puts a message that nobody wants back into the composer, before what is being written', async () => {
    const thread = await open(pages(1))
    await thread.send('text', { text: 'not sent' })
    const [item] = thread.pending.value
    draftOf('c1').words.value = 'half a sen'
    if (item) await thread.takeBack(item)
    expect(thread.pending.value).toEqual([])
    expect(draftOf('c1').words.value).toBe('not sent\nhalf a sen')
  })

  it('draws the line of the unread where it begins, however far back', async () => {
    const thread = await open(pages(...upTo(400)))
    expect(thread.messages.value).toHaveLength(60)
    on.now().say({ op: 'joined', consultation: 'c1', last_seq: 400, marks: marks([400, 99], [0, 0]) })
    await vi.waitUntil(() => thread.firstUnread.value !== null)
    expect(thread.firstUnread.value).toBe(100)
    const seqs = thread.messages.value.map((m) => m.seq)
    expect(seqs).toEqual(upTo(400).slice(79))
  })

  it('reaches one message of long ago with nothing missing between', async () => {
    const thread = await open(pages(...upTo(5_000)))
    await thread.reach(30)
    expect(thread.messages.value.map((m) => m.seq)).toEqual(upTo(5_000).slice(9))
  })

  it('is readable without a line as it was, for its own account', async () => {
    const { assumeSession, forgetSession } = await import('../api/session')
    const { keepThread } = await import('../offline/threads')
    const { offline } = await import('../api/problem')
    assumeSession({ id: 'ann', display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })
    await keepThread('c1', [message(7), message(8)])
    const thread = await open(() => Promise.reject(offline()))
    expect(thread.messages.value.map((m) => m.seq)).toEqual([7, 8])
    expect(thread.keptAt.value).toBeGreaterThan(0)
    forgetSession()
    const stranger = await open(() => Promise.reject(offline()))
    expect(stranger.messages.value).toEqual([])
    expect(stranger.problem.value?.code).toBe('offline')
  })
})
