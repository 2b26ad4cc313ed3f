import { describe, expect, it } from 'vitest'

import type { VisitLine } from './api'
import { acceptRate, byNeed, freshness, isBusy, share, STALE_AFTER_MS, strictWords, waitNow, type DayFigures, type DepartmentFigures } from './figures'
import { actsOf, longest } from './remedies'
import { tilesOf } from './tiles'

const DAY: DayFigures = { asked: 0, served: 0, given_up: 0, first_reply_p50_s: null, first_reply_p90_s: null, offers_made: 0, offers_accepted: 0, offers_refused: 0, offers_lapsed: 0 }

function row(slug: string, change: Partial<DepartmentFigures> = {}): DepartmentFigures {
  return {
    department: { slug, name: { zh: slug, en: slug } },
    spared: null,
    waiting: 0,
    left_messages: 0,
    oldest_wait_s: null,
    offers_out: 0,
    due_soon: 0,
    on_duty: 0,
    unreachable: 0,
    paused: 0,
    free_doctors: 0,
    free_slots: 0,
    active: 0,
    today: DAY,
    last_week: DAY,
    ...change,
  }
}

describe('the board', () => {
  it('puts the longest wait on top and the quiet departments last', () => {
    const rows = [row('quiet'), row('works', { active: 2, on_duty: 1 }), row('short', { waiting: 3, oldest_wait_s: 20 }), row('long', { waiting: 1, oldest_wait_s: 700 })]
    expect(byNeed(rows).map((one) => one.department.slug)).toEqual(['long', 'short', 'works', 'quiet'])
  })

  it('says of strict order whom it is for, and by which numbers it ends', () => {
    const strict = { since: '2026-11-29T08:00:00Z', is_whole: true, departments: [row('a').department, row('b').department], leave_percent: 25, leave_after_s: 120 }
    const say = (text: { zh: string }): string => text.zh
    expect(strictWords(strict, say)).toEqual({ names: null, percent: 25, minutes: 2 })
    expect(strictWords({ ...strict, is_whole: false, leave_after_s: 20 }, say)).toEqual({ names: ['a', 'b'], percent: 25, minutes: 1 })
  })

  it('counts a left message as activity, and yesterday as none', () => {
    expect(isBusy(row('a', { left_messages: 1 }))).toBe(true)
    expect(isBusy(row('a', { today: { ...DAY, served: 9 } }))).toBe(false)
  })

  it('lets a wait grow between two answers, never shrink, and invents none', () => {
    expect(waitNow(60, 1_000, 6_000)).toBe(65)
    expect(waitNow(60, 6_000, 1_000)).toBe(60)
    expect(waitNow(null, 0, 6_000)).toBeNull()
  })

  it('calls nothing live that is older than ten seconds, or that came before the line was lost', () => {
    expect(STALE_AFTER_MS).toBe(10_000)
    expect(freshness(false, 9_000)).toBe('live')
    expect(freshness(false, 10_001)).toBe('stale')
    expect(freshness(true, 0)).toBe('offline')
  })

  it('takes rates of what was answered or let lapse, and none of nothing', () => {
    expect(acceptRate({ ...DAY, offers_made: 9, offers_accepted: 3, offers_refused: 2, offers_lapsed: 1 })).toBe(50)
    expect(acceptRate(DAY)).toBeNull()
    expect(share(1, 3)).toBe(33)
  })

  it('marks what hurts: waiting with nobody there, a lost line, a deadline near', () => {
    const hurting = (change: Partial<DepartmentFigures>): string[] => tilesOf(row('a', change), 0, 0).filter((tile) => tile.hurts).map((tile) => tile.name)
    expect(hurting({})).toEqual([])
    expect(hurting({ waiting: 2, oldest_wait_s: 601, due_soon: 1, unreachable: 1 })).toEqual(['oldest', 'due_soon', 'on_duty', 'unreachable'])
  })
})

const VISIT: VisitLine = {
  id: 'v',
  patient: '林*杏',
  department: { slug: 'gp', name: { zh: '全科', en: 'General practice' } },
  state: 'waiting',
  requested_at: '',
  accepted_at: null,
  first_reply_at: null,
  ended_at: null,
  ending_text: null,
  waited_s: 0,
  doctor: null,
  asked: null,
  due_at: null,
  due_who: 'operator',
  due_text: null,
  extended: false,
  put_first: false,
  returned: 0,
  reminded_at: null,
  record_signed: false,
  step_id: 1,
  language: null,
}
const ALL = ['remind', 'reassign_visit', 'extend_visit', 'close_visit'].map((name) => `dispatch.${name}`)

describe('a remedy', () => {
  it('is offered to whom has something to do, and only to who may', () => {
    expect(actsOf(VISIT, ALL)).toEqual(['remind_patient', 'reassign', 'extend', 'close'])
    expect(actsOf({ ...VISIT, state: 'active', due_who: 'doctor' }, ALL)).toContain('remind_doctor')
    expect(actsOf({ ...VISIT, state: 'active', due_who: 'doctor' }, ALL)).not.toContain('remind_patient')
    expect(actsOf({ ...VISIT, state: 'ended' }, ALL)).toEqual(['remind_doctor'])
    expect(actsOf({ ...VISIT, state: 'cancelled' }, ALL)).toEqual([])
    expect(actsOf({ ...VISIT, extended: true }, ALL)).not.toContain('extend')
    expect(actsOf(VISIT, [])).toEqual([])
  })

  it('puts a deadline off by its own length at most', () => {
    expect(longest(VISIT)).toBe(60)
    expect(longest({ ...VISIT, state: 'active', due_who: 'doctor' })).toBe(5)
    expect(longest({ ...VISIT, state: 'active', due_who: 'patient' })).toBe(30)
  })
})
