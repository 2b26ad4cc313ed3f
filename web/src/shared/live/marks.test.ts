import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Marker } from './marks'
import type { Mark } from './protocol'

let told: Mark[]
let marker: Marker

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  marker = new Marker((mark) => told.push(mark))
})
afterEach(() => {
  marker.stop()
  vi.useRealTimers()
})

describe('marks', () => {
  it('are told at once, then gathered', () => {
    for (let seq = 1; seq <= 20; seq += 1) marker.got(seq)
    expect(told).toEqual([{ got: 1, read: 0 }])
    marker.read(18)
    vi.advanceTimersByTime(600)
    expect(told).toEqual([{ got: 1, read: 0 }, { got: 20, read: 18 }])
  })

  it('never come more than twice a second', () => {
    for (let i = 0; i < 100; i += 1) {
      marker.read(i + 1)
      vi.advanceTimersByTime(50)
    }
    expect(told.length).toBeLessThanOrEqual(10)
    vi.advanceTimersByTime(600)
    expect(told.at(-1)).toEqual({ got: 100, read: 100 })
  })

  it('are not told twice, nor when another device was ahead', () => {
    marker.read(5)
    marker.read(4)
    vi.advanceTimersByTime(600)
    marker.heard({ got: 9, read: 9 })
    marker.read(8)
    vi.advanceTimersByTime(600)
    expect(told).toEqual([{ got: 5, read: 5 }])
  })

  it('that were lost on the way are told again', () => {
    marker.read(5)
    vi.advanceTimersByTime(600)
    marker.known({ got: 2, read: 0 })
    expect(told.at(-1)).toEqual({ got: 5, read: 5 })
    expect(told).toHaveLength(2)
  })
})
