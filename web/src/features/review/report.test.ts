import { describe, expect, it } from 'vitest'

import type { Hit, Level, Signed } from './api'
import { answered, isQuiet, silent, stray } from './report'

const text = { zh: '文', en: 'text' }
const hit = (id: string, level: Level): Hit => ({ id, kind: 'interaction', level, rule: id, items: [0], text, instead: text, source: { id: 's', title: text, date: '', status: 'source' }, original: '' })
const told = { longer_for: '', longer_reason: '', long_term: false, stable: false, evaluated: false, first_issued_offline: false, guardian_present: false }

function signed(hits: Hit[] | null, overrides: Signed['overrides'] = []): Signed {
  const report = hits && { hits, unknown: [], no_data: [], not_told: [] }
  return { number: 1, diagnoses: [], items: [], told, written_on: '2027-03-01', report, overrides, signed_at: '', verified: true }
}

describe('the safety report', () => {
  it('has the worst first, each with what the doctor said to it', () => {
    const found = answered(signed([hit('i', 'info'), hit('w', 'warn'), hit('b', 'block'), hit('c', 'caution')], [{ hit: 'w', reason: '获益大于风险' }]))
    expect(found.map((one) => [one.id, one.reason])).toEqual([['b', ''], ['w', '获益大于风险'], ['c', ''], ['i', '']])
  })

  it('loses no reason that was signed, though its hit is not in the report', () => {
    const of = signed([hit('w', 'warn')], [{ hit: 'w', reason: 'one' }, { hit: 'x', reason: 'two' }])
    expect(stray(of)).toEqual(['two'])
    expect(stray(signed(null, [{ hit: 'x', reason: 'two' }]))).toEqual(['two'])
  })

  it('is quiet only when it was made and found nothing', () => {
    expect(isQuiet(signed([]))).toBe(true)
    expect(isQuiet(signed([hit('i', 'info')]))).toBe(false)
    expect(isQuiet(signed(null))).toBe(false)
  })

  it('names each kind of check that could say nothing once, by item', () => {
    const gap = (kind: string, item: number) => ({ kind, item, why: text })
    expect(silent([gap('age', 1), gap('sex', 0), gap('age', 1), gap('route', 1)])).toEqual([
      { item: 0, kinds: ['sex'] },
      { item: 1, kinds: ['age', 'route'] },
    ])
  })
})
