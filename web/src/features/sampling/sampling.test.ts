import { describe, expect, it } from 'vitest'

import type { Drawn, Problem } from './api'
import { beginning, grouped, nextToJudge, standing } from './standing'

const row = (id: string, changed: Partial<Drawn> = {}): Drawn => ({
  id,
  position: 1,
  department: { slug: 'x', name: { zh: '内科', en: 'Medicine' } },
  doctor: null,
  classes: null,
  is_mine: false,
  objected: false,
  answered: false,
  may_judge: true,
  ...changed,
})

describe('a drawn prescription', () => {
  it('says where it stands', () => {
    expect(standing(row('a'))).toBe('to_judge')
    expect(standing(row('a', { may_judge: false }))).toBe('own_work')
    expect(standing(row('a', { classes: [] }))).toBe('rational')
    expect(standing(row('a', { classes: ['abnormal'] }))).toBe('problems')
    expect(standing(row('a', { classes: ['abnormal'], objected: true }))).toBe('objected')
    expect(standing(row('a', { classes: [], objected: true, answered: true }))).toBe('answered')
  })

  it('leads to the next one that may be judged, round the end', () => {
    const rows = [row('a'), row('b', { classes: [] }), row('c', { may_judge: false }), row('d')]
    expect(nextToJudge(rows, 'a')?.id).toBe('d')
    expect(nextToJudge(rows, 'd')?.id).toBe('a')
    expect(nextToJudge([row('a')], 'a')).toBeUndefined()
    expect(nextToJudge(rows, '')?.id).toBe('a')
    expect(nextToJudge([row('a'), row('b', { classes: ['abnormal'], objected: true })], 'a')?.id).toBe('b')
  })

  it('has its problems by class', () => {
    const problems = [{ code: '1-1', found: 'irregular' }, { code: '2-1', found: 'unsuitable' }] as Problem[]
    expect(grouped(problems, 'unsuitable').map((one) => one.code)).toEqual(['2-1'])
  })

  it('is gone on with where it was left, and otherwise begins at what was found last', () => {
    const last = { classes: [{ code: 'irregular' }], problems: [{ code: '1-1' }], comment: 'so' } as Parameters<typeof beginning>[1]
    expect(beginning({ verdict: 'rational', problems: [], comment: 'not yet' }, last)).toEqual({ verdict: 'rational', problems: [], comment: 'not yet' })
    expect(beginning(undefined, last)).toEqual({ verdict: 'problems', problems: ['1-1'], comment: 'so' })
    expect(beginning(undefined, undefined).verdict).toBe('')
  })
})
