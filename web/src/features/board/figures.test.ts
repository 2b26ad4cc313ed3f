import { describe, expect, it } from 'vitest'

import { byNeed, isBusy, waitNow, type DepartmentFigures } from './figures'

function row(slug: string, change: Partial<DepartmentFigures> = {}): DepartmentFigures {
  return {
    department: { slug, name: { zh: slug, en: slug } },
    waiting: 0,
    oldest_wait_s: null,
    on_duty: 0,
    free_slots: 0,
    active: 0,
    first_reply_p50_s: null,
    first_reply_p90_s: null,
    served_today: 0,
    left_messages: 0,
    ...change,
  }
}

describe('the board', () => {
  it('puts the longest wait on top and the quiet departments last', () => {
    const rows = [row('quiet'), row('works', { active: 2, on_duty: 1 }), row('short', { waiting: 3, oldest_wait_s: 20 }), row('long', { waiting: 1, oldest_wait_s: 700 })]
    expect(byNeed(rows).map((one) => one.department.slug)).toEqual(['long', 'short', 'works', 'quiet'])
  })

  it('counts a left message as activity, and yesterday as none', () => {
    expect(isBusy(row('a', { left_messages: 1 }))).toBe(true)
    expect(isBusy(row('a', { served_today: 9 }))).toBe(false)
  })

  it('lets a wait grow between two answers, never shrink, and invents none', () => {
    expect(waitNow(60, 1_000, 6_000)).toBe(65)
    expect(waitNow(60, 6_000, 1_000)).toBe(60)
    expect(waitNow(null, 0, 6_000)).toBeNull()
  })
})
