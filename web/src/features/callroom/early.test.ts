import { describe, expect, it } from 'vitest'

import { isEarly } from './early'

const AT = Date.parse('2026-11-20T08:00:00Z')

describe('ending before a third', () => {
  const open = { state: 'open' as const, promised_ms: 15 * 60_000, clock_running_since: null }

  it('is asked about until a third of the promised length is on the clock', () => {
    expect(isEarly({ ...open, clock_ms: 5 * 60_000 - 1 }, AT)).toBe(true)
    expect(isEarly({ ...open, clock_ms: 5 * 60_000 }, AT)).toBe(false)
  })

  it('counts what runs now', () => {
    expect(isEarly({ ...open, clock_ms: 4 * 60_000, clock_running_since: '2026-11-20T08:00:00Z' }, AT + 60_000)).toBe(false)
  })

  it('is no matter while it only rings, or where nothing was promised', () => {
    expect(isEarly({ ...open, state: 'ringing', clock_ms: 0 }, AT)).toBe(false)
    expect(isEarly({ ...open, promised_ms: 0, clock_ms: 0 }, AT)).toBe(false)
  })
})
