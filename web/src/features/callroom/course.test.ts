import { describe, expect, it } from 'vitest'

import { gradeOfPast } from './course'

describe('the grade of a line', () => {
  const told = { reports: 20, loss_p50: 0.5, rtt_p50: 80 }

  it('is the worse of what was lost and how long it took', () => {
    expect(gradeOfPast(told)).toBe('good')
    expect(gradeOfPast({ ...told, loss_p50: 4 })).toBe('fair')
    expect(gradeOfPast({ ...told, rtt_p50: 500 })).toBe('fair')
    expect(gradeOfPast({ ...told, loss_p50: 9 })).toBe('poor')
    expect(gradeOfPast({ ...told, rtt_p50: 1_000, loss_p50: null })).toBe('poor')
  })

  it('is not made up where nothing was measured', () => {
    expect(gradeOfPast({ reports: 0, loss_p50: null, rtt_p50: null })).toBeNull()
    expect(gradeOfPast({ reports: 3, loss_p50: null, rtt_p50: null })).toBeNull()
  })
})
