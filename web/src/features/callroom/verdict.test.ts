import { describe, expect, it } from 'vitest'

import { verdictOf } from './verdict'

const call = { down_since: null, answered_at: '2026-11-20T08:00:00Z' }

describe('the line in words', () => {
  it('says nothing before the first measurement', () => {
    expect(verdictOf(call, null)).toBe('unknown')
    expect(verdictOf(call, { phase: 'joining', verdict: 'down', lineUp: true })).toBe('unknown')
  })

  it('blames the patient only while the own line is up', () => {
    expect(verdictOf(call, { phase: 'broken', verdict: 'down', lineUp: true })).toBe('down')
    expect(verdictOf(call, { phase: 'broken', verdict: 'down', lineUp: false })).toBe('own_down')
  })

  it('else is what the engine measured', () => {
    for (const verdict of ['good', 'fair', 'poor', 'down'] as const) expect(verdictOf(call, { phase: 'live', verdict, lineUp: true })).toBe(verdict)
  })
})
