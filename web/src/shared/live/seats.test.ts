import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { stage, type Stage } from './fakes'
import type { SeatListener } from './seats'

describe('seats of a call on a line', () => {
  let at: Stage
  let heard: unknown[]
  const listener = (): SeatListener => ({
    seated: () => heard.push('seated'),
    seats: () => heard.push('seats'),
    signal: (from, data) => heard.push([from, data]),
    unseated: (reason) => heard.push(reason),
    lost: () => heard.push('lost'),
  })
  beforeEach(() => {
    vi.useFakeTimers()
    heard = []
    at = stage()
    at.line.start('ann')
  })
  afterEach(() => {
    at.line.stop()
    vi.useRealTimers()
  })

  it('sits as soon as the line is greeted, and again by itself after each time that it was lost', () => {
    at.line.sit('room', 'mine', listener())
    expect(at.now().of('sit')).toEqual([])
    at.now().hello()
    expect(at.now().of('sit')).toEqual([{ op: 'sit', room: 'room', seat: 'mine' }])
    at.now().drop()
    vi.advanceTimersByTime(3_000)
    at.now().hello()
    expect(at.now().of('sit')).toHaveLength(1)
    expect(heard).toEqual(['lost'])
  })
  it('hears of its own room and seat only', () => {
    at.now().hello()
    at.line.sit('room', 'mine', listener())
    at.now().say({ op: 'signal', room: 'another', from: 'x', data: 1 })
    at.now().say({ op: 'seated', room: 'room', seat: 'another', seats: [] })
    at.now().say({ op: 'signal', room: 'room', from: 'theirs', data: 2 })
    at.now().say({ op: 'seats', room: 'room', seats: [] })
    expect(heard).toEqual([['theirs', 2], 'seats'])
  })
  it('does not sit again where it was told to go, nor where it left', () => {
    at.now().hello()
    at.line.sit('room', 'mine', listener())
    const leave = at.line.sit('other', 'second', listener())
    at.now().say({ op: 'unseated', room: 'room', seat: 'mine', reason: 'elsewhere' })
    leave()
    expect(at.now().of('unsit')).toEqual([{ op: 'unsit', room: 'other', seat: 'second' }])
    at.now().drop()
    vi.advanceTimersByTime(3_000)
    at.now().hello()
    expect(at.now().of('sit')).toEqual([])
    expect(heard).toEqual(['elsewhere'])
  })
  it('while somebody sits, a dead line is found within seconds, and tried again soon', () => {
    at.now().hello()
    const leave = at.line.sit('room', 'mine', listener())
    vi.advanceTimersByTime(4_000)
    expect(at.now().of('ping')).toHaveLength(1)
    vi.advanceTimersByTime(7_000)
    expect(heard).toEqual(['lost'])
    vi.advanceTimersByTime(2_000)
    expect(at.sockets).toHaveLength(2)
    at.now().hello()
    leave()
    vi.advanceTimersByTime(20_000)
    expect(at.now().of('ping')).toHaveLength(0)
  })
})
