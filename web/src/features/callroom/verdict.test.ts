import { describe, expect, it } from 'vitest'

import { verdictOf } from './verdict'

describe('the line in words', () => {
  it('says nothing before the first measurement', () => {
    expect(verdictOf(null)).toBe('unknown')
    expect(verdictOf({ phase: 'joining', verdict: 'down', lineUp: true })).toBe('unknown')
  })

  it('blames the patient only while the own line is up', () => {
    expect(verdictOf({ phase: 'broken', verdict: 'down', lineUp: true })).toBe('down')
    expect(verdictOf({ phase: 'broken', verdict: 'down', lineUp: false })).toBe('own_down')
  })

  it('else is what the engine measured', () => {
    for (const verdict of ['good', 'fair', 'poor', 'down'] as const) expect(verdictOf({ phase: 'live', verdict, lineUp: true })).toBe(verdict)
  })
})
