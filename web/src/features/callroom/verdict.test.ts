import { describe, expect, it } from 'vitest'

import { verdictOf } from './verdict'

const call = { clock_ms: 5_000, clock_running_since: null }

describe('the line in words', () => {
  it('says nothing before the first measurement', () => {
    expect(verdictOf(call, null)).toBe('unknown')
    expect(verdictOf(call, { phase: 'joining', verdict: 'down', lineUp: true })).toBe('unknown')
    expect(verdictOf(call, { phase: 'joining', verdict: 'down', lineUp: false })).toBe('unknown')
  })

  it('waits for who has never come, and does not call that a lost line', () => {
    expect(verdictOf({ ...call, clock_ms: 0 }, { phase: 'joining', verdict: 'down', lineUp: true })).toBe('waiting')
  })

  it('blames the patient only while the own line is up', () => {
    expect(verdictOf(call, { phase: 'broken', verdict: 'down', lineUp: true })).toBe('down')
    expect(verdictOf(call, { phase: 'broken', verdict: 'down', lineUp: false })).toBe('own_down')
  })

  it('else is what the engine measured', () => {
    for (const verdict of ['good', 'fair', 'poor', 'down'] as const) expect(verdictOf(call, { phase: 'live', verdict, lineUp: true })).toBe(verdict)
  })
})
