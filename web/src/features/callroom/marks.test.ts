import { describe, expect, it } from 'vitest'

import { gapAt, marksOf } from './marks'

const card = {
  length_ms: 100_000,
  gaps: [
    { from_ms: -10_000, to_ms: 10_000 },
    { from_ms: 50_000, to_ms: 60_000 },
    { from_ms: 300_000, to_ms: 360_000 },
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
    expect(marksOf({ ...card, length_ms: 0 })).toEqual([])
  })

  it('say when it is silent for a reason', () => {
    const marks = marksOf(card)
    expect(gapAt(marks, 55)?.at).toBe(50)
    expect(gapAt(marks, 60)).toBeNull()
    expect(gapAt(marks, 30)).toBeNull()
  })
})
