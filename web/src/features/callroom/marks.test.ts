import { describe, expect, it } from 'vitest'

import { gapAt, marksOf } from './marks'

const card = {
  zero_at: '2026-11-20T08:00:00Z',
  milliseconds: 100_000,
  gaps: [
    { since: '2026-11-20T07:59:50Z', until: '2026-11-20T08:00:10Z' },
    { since: '2026-11-20T08:00:50Z', until: '2026-11-20T08:01:00Z' },
    { since: '2026-11-20T08:05:00Z', until: '2026-11-20T08:06:00Z' },
  ],
}

describe('the marks of a player', () => {
  it('lie where the file has nothing, and not before or after it', () => {
    expect(marksOf(card)).toEqual([
      { from: 0, width: 0.1, seconds: 10, at: 0 },
      { from: 0.5, width: 0.1, seconds: 10, at: 50 },
    ])
  })

  it('are none while there is no file', () => {
    expect(marksOf({ ...card, zero_at: null })).toEqual([])
    expect(marksOf({ ...card, milliseconds: 0 })).toEqual([])
  })

  it('say when it is silent for a reason', () => {
    const marks = marksOf(card)
    expect(gapAt(marks, 55)?.at).toBe(50)
    expect(gapAt(marks, 60)).toBeNull()
    expect(gapAt(marks, 30)).toBeNull()
  })
})
