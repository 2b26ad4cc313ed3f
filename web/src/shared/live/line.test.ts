import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { listener, message, settled, stage, stopClocks, wipe, type Stage } from './fakes'
import { CLOSED } from './protocol'

let on: Stage

/** Milliseconds until the next socket is opened. */
function waitsFor(tab: Stage): number {
  const before = tab.sockets.length
  let waited = 0
  while (tab.sockets.length === before) {
    vi.advanceTimersByTime(100)
    waited += 100
  }
  return waited
}

beforeEach(() => {
  wipe()
  stopClocks()
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
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      on.now().drop()
      waits.push(waitsFor(on))
    }
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 12800, 15000, 15000])
  })

  it('comes back spread over seconds when the house has hung up on everybody', () => {
    on.now().hello()
    on.now().drop(1012)
    expect(waitsFor(on)).toBe(3000)
    on.now().drop()
    expect(waitsFor(on)).toBe(1600)
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

  it('that made room for a newer tab comes back when somebody looks at it, not sooner', () => {
    on.now().hello()
    on.now().drop(CLOSED.tooMany)
    vi.advanceTimersByTime(60_000)
    expect(on.sockets).toHaveLength(1)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(on.sockets).toHaveLength(2)
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
    vi.advanceTimersByTime(3000)
    on.sockets[0]?.say({ op: 'message', message: message(1) })
    expect(ear.got).toEqual([])
  })
})

describe('a line that may have changed under us', () => {
  const signs: [string, () => unknown][] = [
    ['the page is shown again', () => dispatchEvent(new Event('pageshow'))],
    ['the page runs again', () => document.dispatchEvent(new Event('resume'))],
    ['the page is looked at again', () => document.dispatchEvent(new Event('visibilitychange'))],
    ['there is a network again', () => dispatchEvent(new Event('online'))],
  ]
  it.each(signs)('is probed when %s, and given up when nothing answers soon', async (_, sign) => {
    on.now().hello()
    sign()
    expect(on.now().of('ping')).toHaveLength(1)
    vi.advanceTimersByTime(2900)
    expect(on.line.state.value).toBe('online')
    sign()
    vi.advanceTimersByTime(100)
    expect(on.line.state.value).toBe('offline')
    vi.advanceTimersByTime(400)
    expect(on.sockets).toHaveLength(2)
    await settled()
  })

  it('is probed after a sleep that nobody told of: the clock went on, the timers did not', () => {
    on.now().hello()
    vi.setSystemTime(Date.now() + 3_600_000)
    vi.advanceTimersByTime(5000)
    expect(on.now().of('ping')).toHaveLength(1)
  })

  it('is kept when it answers the probe', () => {
    on.now().hello()
    dispatchEvent(new Event('pageshow'))
    on.now().say({ op: 'pong' })
    vi.advanceTimersByTime(4000)
    expect(on.line.state.value).toBe('online')
    expect(on.sockets).toHaveLength(1)
  })

  it('is hung up before the page stands still, and called again after', () => {
    on.now().hello()
    document.dispatchEvent(new Event('freeze'))
    expect(on.sockets[0]?.isOpen).toBe(false)
    document.dispatchEvent(new Event('resume'))
    expect(on.sockets).toHaveLength(2)
  })
})

describe('a socket that does not open', () => {
  it('because a stranger answers, is a network with a sign-in page of its own', async () => {
    on.answers.who = 'stranger'
    on.now().drop()
    await settled()
    expect(on.line.state.value).toBe('captive')
    vi.advanceTimersByTime(400)
    expect(on.line.state.value).toBe('captive')
    on.now().hello()
    expect(on.line.state.value).toBe('online')
  })

  it.each(['house', 'nobody'] as const)('while %s answers, is a line that is away', async (who) => {
    on.answers.who = 'stranger'
    on.now().drop()
    await settled()
    on.answers.who = who
    vi.advanceTimersByTime(400)
    on.now().drop()
    await settled()
    expect(on.line.state.value).toBe('offline')
  })
})

describe('a conversation on a line', () => {
  it('is joined again, from the newest number heard, after the line was lost', () => {
    on.line.join('c1', listener(7))
    on.now().hello()
    expect(on.now().of('join')).toEqual([{ op: 'join', consultation: 'c1', since: 7 }])
    on.now().drop()
    vi.advanceTimersByTime(3000)
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

describe('who is there', () => {
  it('is asked for while somebody looks, again on a new line, and no longer after', () => {
    on.now().hello()
    const stops = [on.line.look('c1'), on.line.look('c1')]
    expect(on.now().of('look')).toEqual([{ op: 'look', consultation: 'c1', on: true }])
    on.now().drop()
    vi.advanceTimersByTime(3000)
    on.now().hello()
    expect(on.now().of('look').map((f) => f.on)).toEqual([true])
    for (const stop of [...stops, ...stops]) stop()
    expect(on.now().of('look').map((f) => f.on)).toEqual([true, false])
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
    vi.advanceTimersByTime(3000)
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
    vi.advanceTimersByTime(3000)
    on.now().hello(90)
    expect(on.now().of('feed')).toEqual([{ op: 'feed', since: 90 }])
  })
})
