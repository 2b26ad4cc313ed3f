import { describe, expect, it } from 'vitest'

import { leftOf } from './limits'

const NOW = Date.parse('2026-11-20T08:00:00Z')
const limits = { turns: 2, max_turns: 20, closes_at: '2026-11-20T13:00:00Z', is_open: true }

describe('what is left', () => {
  it('is counted in turns and seconds, quietly while there is plenty', () => {
    expect(leftOf(limits, NOW)).toEqual({ turns: 18, seconds: 18_000, isLow: false })
  })
  it('must be seen when it is little', () => {
    expect(leftOf({ ...limits, turns: 17 }, NOW)?.isLow).toBe(true)
    expect(leftOf({ ...limits, closes_at: '2026-11-20T08:59:00Z' }, NOW)?.isLow).toBe(true)
  })
  it('is never less than nothing', () => {
    expect(leftOf({ ...limits, turns: 21, closes_at: '2026-11-20T07:00:00Z' }, NOW)).toEqual({ turns: 0, seconds: 0, isLow: true })
  })
  it('is not told of a thread that is over, or that nobody has taken yet', () => {
    expect(leftOf({ ...limits, is_open: false }, NOW)).toBeNull()
    expect(leftOf({ ...limits, closes_at: null }, NOW)).toBeNull()
    expect(leftOf(null, NOW)).toBeNull()
  })
})
