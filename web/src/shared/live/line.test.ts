import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { listener, message, stage, type Stage } from './fakes'
import { CLOSED } from './protocol'

let on: Stage
const refusal = { code: 'closed', text: { zh: '已结束', en: 'It has ended' } }

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  on = stage()
  on.line.start('ann')
})
afterEach(() => {
  on.line.stop()
  vi.useRealTimers()
})

describe('a line', () => {
  it('is online once the server has greeted it', () => {
    expect(on.line.state.value).toBe('connecting')
    on.now().hello()
    expect(on.line.state.value).toBe('online')
  })

  it('is started twice with one socket', () => {
    on.line.start('ann')
    expect(on.sockets).toHaveLength(1)
  })

  it('comes back by itself, waiting longer each time and never longer than the longest', () => {
    on.now().hello()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      on.now().drop()
      const before = on.sockets.length
      let waited = 0
      while (on.sockets.length === before) {
        vi.advanceTimersByTime(100)
        waited += 100
      }
      waits.push(waited)
    }
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 12800, 15000, 15000])
  })

  it('comes back at once when the browser says that the network is there', () => {
    on.now().hello()
    on.now().drop()
    dispatchEvent(new Event('online'))
    expect(on.sockets).toHaveLength(2)
    expect(on.line.state.value).toBe('offline')
    on.now().hello()
    expect(on.line.state.value).toBe('online')
  })

  it('does not knock again where it was told that nobody is signed in', () => {
    on.now().hello()
    on.now().drop(CLOSED.signedOut)
    vi.advanceTimersByTime(60_000)
    expect(on.sockets).toHaveLength(1)
    expect(on.line.state.value).toBe('signed_out')
  })

  it('gives up a socket that swallows a ping without a word', () => {
    on.now().hello()
    vi.advanceTimersByTime(25_000)
    expect(on.now().of('ping')).toHaveLength(1)
    vi.advanceTimersByTime(12_000)
    expect(on.line.state.value).toBe('offline')
    expect(on.sockets[0]?.isOpen).toBe(false)
  })

  it('gives up a socket that nobody greets', () => {
    vi.advanceTimersByTime(12_000)
    expect(on.line.state.value).toBe('offline')
    vi.advanceTimersByTime(400)
    expect(on.sockets).toHaveLength(2)
  })

  it('keeps a socket that answers its pings', () => {
    on.now().hello()
    for (let i = 0; i < 4; i += 1) {
      vi.advanceTimersByTime(25_000)
      on.now().say({ op: 'pong' })
    }
    expect(on.sockets).toHaveLength(1)
  })

  it('hears nothing from a socket that it has left', () => {
    on.now().hello()
    const ear = listener()
    on.line.join('c1', ear)
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.sockets[0]?.say({ op: 'message', message: message(1) })
    expect(ear.got).toEqual([])
  })
})

describe('a conversation on a line', () => {
  it('is joined again, from the newest number heard, after the line was lost', () => {
    on.line.join('c1', listener(7))
    on.now().hello()
    expect(on.now().of('join')).toEqual([{ op: 'join', consultation: 'c1', since: 7 }])
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.now().hello()
    expect(on.now().of('join')).toEqual([{ op: 'join', consultation: 'c1', since: 7 }])
  })

  it('is joined from the oldest need when two parts of a page show it', () => {
    on.line.join('c1', listener(7))
    on.line.join('c1', listener(3))
    on.now().hello()
    expect(on.now().of('join')).toEqual([{ op: 'join', consultation: 'c1', since: 3 }])
  })

  it('is left when nobody shows it any more', () => {
    on.now().hello()
    const one = on.line.join('c1', listener())
    const two = on.line.join('c1', listener())
    one()
    expect(on.now().of('leave')).toEqual([])
    two()
    expect(on.now().of('leave')).toHaveLength(1)
  })
})

describe('a message that is sent', () => {
  it('waits for the line, goes out once and is forgotten when acknowledged', () => {
    const ear = listener()
    on.line.join('c1', ear)
    const item = on.line.send('c1', 'text', { text: 'hello' })
    expect(on.now().heard).toEqual([])
    on.now().hello()
    expect(on.now().of('send').map((f) => f.client_id)).toEqual([item.client_id])
    on.now().say({ op: 'ack', consultation: 'c1', client_id: item.client_id, seq: 4, at: '2026-11-20T08:00:00Z' })
    expect(ear.got).toEqual([['sent', 4, 'hello']])
    expect(on.line.pending('c1')).toEqual([])
  })

  it('is sent again under the same id when the line broke before the acknowledgement', () => {
    on.now().hello()
    const item = on.line.send('c1', 'text', { text: 'hello' })
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.now().hello()
    expect(on.sockets.map((s) => s.of('send').map((f) => f.client_id))).toEqual([[item.client_id], [item.client_id]])
  })

  it('survives a reload of the page, and is not sent in another person\'s name', () => {
    on.line.send('c1', 'text', { text: 'hello' })
    on.line.stop()
    const other = stage()
    other.line.start('bob')
    other.now().hello()
    expect(other.now().of('send')).toEqual([])
    other.line.stop()
    const again = stage()
    again.line.start('ann')
    again.now().hello()
    expect(again.now().of('send').map((f) => f.body.text)).toEqual(['hello'])
    again.line.stop()
  })

  it('that the server has no room for is sent again after a pause, not sooner', () => {
    on.now().hello()
    const { client_id } = on.line.send('c1', 'text', { text: 'hello' })
    on.now().say({ op: 'busy', client_id })
    vi.advanceTimersByTime(1300)
    expect(on.now().of('send')).toHaveLength(1)
    vi.advanceTimersByTime(200)
    expect(on.now().of('send').map((f) => f.client_id)).toEqual([client_id, client_id])
  })

  it('that the server refused stays, with the reason, until the person sends it again', () => {
    const ear = listener()
    on.line.join('c1', ear)
    on.now().hello()
    const { client_id } = on.line.send('c1', 'text', { text: 'hello' })
    on.now().say({ op: 'refused', client_id, consultation: 'c1', problem: refusal })
    expect(ear.got).toEqual([['refused', 'closed']])
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.now().hello()
    expect(on.now().of('send')).toEqual([])
    const [failed] = on.line.pending('c1')
    if (failed) on.line.resend(failed)
    expect(on.now().of('send').map((f) => f.client_id)).toEqual([client_id])
  })

  it('without an answer shows that the line is dead', () => {
    on.now().hello()
    on.line.send('c1', 'text', { text: 'hello' })
    vi.advanceTimersByTime(12_000)
    expect(on.line.state.value).toBe('offline')
  })
})

describe('the feed', () => {
  const event = (position: number) => ({ op: 'event' as const, position, kind: 'ConsultationEnded', data: {} })

  it('begins with the next event, and goes on after the last one heard', () => {
    const heard: number[] = []
    on.line.onEvent((e) => heard.push(e.position))
    on.now().hello(40)
    expect(on.now().of('feed')).toEqual([{ op: 'feed', since: null }])
    on.now().say(event(41))
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.now().hello(50)
    expect(on.now().of('feed')).toEqual([{ op: 'feed', since: 41 }])
    on.now().say(event(41))
    on.now().say(event(42))
    expect(heard).toEqual([41, 42])
  })

  it('says so when it cannot tell what was missed', () => {
    const told = vi.fn()
    on.line.onResync(told)
    on.now().hello(40)
    on.now().say({ op: 'resync', position: 90 })
    expect(told).toHaveBeenCalledOnce()
    on.now().drop()
    vi.advanceTimersByTime(400)
    on.now().hello(90)
    expect(on.now().of('feed')).toEqual([{ op: 'feed', since: 90 }])
  })
})
