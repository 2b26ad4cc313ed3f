import { expect, it } from 'vitest'

import type { Hit, Level } from '@/shared/api/prescriptions'

import { byLevel, gapsOf, keyOf, saidOf, unanswered } from './safety'

const text = (words: string) => ({ zh: words, en: words })
const hit = (id: string, level: Level): Hit => ({
  id,
  kind: 'interaction',
  level,
  rule: 'r',
  items: [0],
  text: text(id),
  instead: text('-'),
  source: { id: 's', title: text('s'), date: '2025', status: 'sourced' },
  original: '',
})
const gap = (item: number, why: string) => ({ kind: 'age', item, why: text(why) })

it('what stops comes first, and a level without hits is not named', () => {
  const groups = byLevel([hit('a', 'info'), hit('b', 'block'), hit('c', 'info')])
  expect(groups.map(([level, hits]) => [level, hits.map((one) => one.id)])).toEqual([
    ['block', ['b']],
    ['info', ['a', 'c']],
  ])
})

it('a reason of blanks is none', () => {
  expect(unanswered(['a', 'b'], { a: '    ', b: '获益更大' })).toEqual(['a'])
})

it('a reason for one dose is none for another', () => {
  const at = (dose: string): Hit => ({ ...hit('daily_dose:r:0', 'warn'), text: text(`每日共 ${dose}`) })
  const kept = { [keyOf(at('20 mg'))]: '已监测血压' }
  expect(saidOf([at('20 mg')], kept)).toEqual({ 'daily_dose:r:0': '已监测血压' })
  expect(unanswered(['daily_dose:r:0'], saidOf([at('40 mg')], kept))).toEqual(['daily_dose:r:0'])
})

it('tells of each medicine once what is not known', () => {
  const report = { hits: [], unknown: [], no_data: [gap(1, 'no facts'), gap(1, 'no facts')], not_told: [gap(0, 'kidney'), gap(2, 'age')] }
  expect(gapsOf(report, [text('one'), text('two')]).map((one) => [one.name?.en ?? null, one.whys.map((why) => why.en)])).toEqual([
    ['one', ['kidney']],
    ['two', ['no facts']],
    [null, ['age']],
  ])
})
