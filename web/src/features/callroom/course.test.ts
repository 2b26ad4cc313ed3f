import { describe, expect, it } from 'vitest'

import { gapsOf, gradeOf, lost } from './course'

describe('the grade of a line', () => {
  const told = { reports: 20, loss_p50: 0.5, rtt_p50: 80 }

  it('is the worse of what was lost and how long it took', () => {
    expect(gradeOf(told)).toBe('good')
    expect(gradeOf({ ...told, loss_p50: 3 })).toBe('fair')
    expect(gradeOf({ ...told, rtt_p50: 400 })).toBe('fair')
    expect(gradeOf({ ...told, loss_p50: 9 })).toBe('poor')
    expect(gradeOf({ ...told, rtt_p50: 900, loss_p50: null })).toBe('poor')
  })

  it('is not made up where nothing was measured', () => {
    expect(gradeOf({ reports: 0, loss_p50: null, rtt_p50: null })).toBeNull()
    expect(gradeOf({ reports: 3, loss_p50: null, rtt_p50: null })).toBeNull()
  })
})

it('tells gaps with their length, and their sum, and leaves out a blink', () => {
  const gaps = gapsOf({
    gaps: [
      { since: '2026-11-20T08:00:00Z', until: '2026-11-20T08:00:30Z' },
      { since: '2026-11-20T08:01:00.000Z', until: '2026-11-20T08:01:00.400Z' },
      { since: '2026-11-20T08:02:00Z', until: '2026-11-20T08:02:12Z' },
    ],
  })
  expect(gaps.map((gap) => gap.seconds)).toEqual([30, 12])
  expect(lost(gaps)).toBe(42)
})
