import { describe, expect, it } from 'vitest'

import type { Hit, Level } from './api'
import { fresh, gone, mayPass, toSee, type Rechecked } from './recheck'

const text = { zh: '文', en: 'text' }
const hit = (id: string, level: Level): Hit => ({ id, kind: 'interaction', level, rule: id, items: [0], text, instead: text, source: { id: 's', title: text, date: '', status: 'source' }, original: '' })
const told = { longer_for: '', longer_reason: '', long_term: false, stable: false, evaluated: false, first_issued_offline: false, guardian_present: false }
const report = (...hits: Hit[]) => ({ hits, unknown: [], no_data: [], not_told: [] })

function rechecked(recheck: string, before: Hit[], now: Hit[] | null = null): Rechecked {
  const signed = { number: 1, diagnoses: [], items: [], told, written_on: '', report: report(...before), overrides: [], signed_at: '', verified: true }
  const levels = new Map(before.map((one) => [one.id, one.level]))
  return { signed, recheck, report_now: now && report(...now), new_hits: (now ?? []).filter((one) => levels.get(one.id) !== one.level).map((one) => one.id) }
}

describe('what the check says now', () => {
  it('marks what is new, the worst first, and what was raised', () => {
    const of = rechecked('changed', [hit('a', 'caution'), hit('b', 'info')], [hit('n', 'caution'), hit('a', 'warn'), hit('b', 'info')])
    expect(fresh(of).map((one) => [one.id, one.before, one.wantsAnswer])).toEqual([['a', 'caution', true], ['n', '', false]])
  })

  it('names what is found no more', () => {
    expect(gone(rechecked('changed', [hit('a', 'warn')], [])).map((one) => one.id)).toEqual(['a'])
    expect(gone(rechecked('failed', [hit('a', 'warn')]))).toEqual([])
  })

  it('lets nothing pass before what is new was seen', () => {
    const of = rechecked('changed', [], [hit('n', 'caution')])
    expect([mayPass(of, ''), mayPass(of, toSee(of))]).toEqual([false, true])
    // Another hit came meanwhile: what was seen was another report.
    expect(mayPass(rechecked('changed', [], [hit('n', 'caution'), hit('m', 'info')]), toSee(of))).toBe(false)
    expect(mayPass(rechecked('changed', [], [hit('n', 'warn')]), toSee(of))).toBe(false)
  })

  it('lets nothing pass that could not be checked, and holds nothing up that is as it was', () => {
    expect(mayPass(rechecked('failed', []), '')).toBe(false)
    expect(mayPass(rechecked('same', [hit('a', 'warn')]), '')).toBe(true)
    expect(mayPass(rechecked('changed', [hit('a', 'info')], []), '')).toBe(true)
  })
})
