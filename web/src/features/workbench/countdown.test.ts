import { describe, expect, it } from 'vitest'

import { remaining, skewFrom } from './countdown'

const NOW = Date.parse('2026-11-22T04:00:00Z')

describe('the countdown of an offer', () => {
  it('counts whole seconds down to the end', () => {
    expect(remaining('2026-11-22T04:00:30Z', NOW, 0)).toEqual({ seconds: 30, share: 1, isOver: false })
    expect(remaining('2026-11-22T04:00:00.400Z', NOW, 0).seconds).toBe(1)
    expect(remaining('2026-11-22T04:00:00Z', NOW, 0).isOver).toBe(true)
  })

  it('never shows more than the half minute nor less than nothing', () => {
    expect(remaining('2026-11-22T04:05:00Z', NOW, 0).seconds).toBe(30)
    expect(remaining('2026-11-22T03:59:00Z', NOW, 0).seconds).toBe(0)
  })

  it('trusts the server where this computer is wrong by minutes', () => {
    const late = NOW - 300_000
    const skew = skewFrom('Sun, 22 Nov 2026 04:00:00 GMT', late)
    expect(remaining('2026-11-22T04:00:20Z', late, skew).seconds).toBe(20)
  })

  it('takes a small difference for the rounding of the header', () => {
    expect(skewFrom('Sun, 22 Nov 2026 04:00:00 GMT', NOW + 900)).toBe(0)
    expect(skewFrom(null, NOW)).toBe(0)
  })
})
