import { describe, expect, it } from 'vitest'

import { UNCOUNTED, formWith, itemOf } from './fixtures'
import { asSent, confirmed, countedFor, diagnosesOf, entered, formOf, isNoAmount, isNoCount, missingOf, newItem, plainDigits, unready, type Item } from './sheet'
import type { Medicine } from './types'

const MEDICINE: Medicine = {
  id: 'm',
  code: 'M1',
  name: { zh: '头孢', en: 'cef' },
  strength: '0.25 g',
  amount: { value: '0.25', unit: 'g' },
  form: null,
  routes: [{ code: 'oral', name: { zh: '口服', en: 'by mouth' } }],
  frequencies: [],
  dose_unit: { code: '{capsule}', name: { zh: '粒', en: 'capsule' } },
  category: null,
  antibiotic: true,
  injection: false,
  high_alert: false,
  fact_status: 'sourced',
}
const COPIED = ['product_id', 'dose', 'dose_unit', 'route', 'frequency', 'days', 'doses']

describe('a new item', () => {
  it('leaves to the doctor what the doctor decides', () => {
    const item = newItem(MEDICINE)
    expect([item.dose, item.frequency, item.days]).toEqual(['', '', ''])
    expect([item.units, item.route]).toEqual([['{capsule}', 'g'], 'oral'])
  })

  it('has no unit where there is a choice', () => {
    expect(newItem(MEDICINE).dose_unit).toBe('')
    expect(newItem({ ...MEDICINE, amount: null }).dose_unit).toBe('{capsule}')
    expect(newItem({ ...MEDICINE, amount: { value: '1', unit: '{capsule}' } }).dose_unit).toBe('{capsule}')
  })

  it('has no route where there is a choice', () => {
    const two = { ...MEDICINE, routes: [...MEDICINE.routes, { code: 'rectal', name: { zh: '直肠给药', en: 'rectally' } }] }
    expect(newItem(two).route).toBe('')
  })
})

describe('what is missing', () => {
  it.each([
    [{ dose: '' }, 'dose'],
    [{ dose: '0' }, 'dose'],
    [{ dose: '1.' }, 'dose'],
    [{ days: '0' }, 'days'],
    [{ days: '1.5' }, 'days'],
    [{ route: '' }, 'route'],
    [{ frequency: '' }, 'frequency'],
    [{ frequency: 'prn' }, 'doses'],
  ] as [Partial<Item>, string][])('of %o', (change, name) => {
    expect(missingOf(formWith(itemOf(), itemOf(change)), UNCOUNTED)).toEqual([`items.1.${name}`])
  })

  it('is nothing where doses are told of what cannot be counted', () => {
    expect(missingOf(formWith(itemOf({ frequency: 'prn', doses: '6' })), UNCOUNTED)).toEqual([])
  })

  it('before the signature is a medicine and a diagnosis too', () => {
    expect(unready({ ...formWith(), diagnoses: [] }, UNCOUNTED)).toEqual(['items', 'diagnoses'])
  })
})

describe('a copied item', () => {
  const copied = itemOf({ open: COPIED })

  it('is not ready before each field was looked at', () => {
    expect(unready(formWith(copied), UNCOUNTED)).toEqual(COPIED.filter((name) => name !== 'doses').map((name) => `items.0.${name}`))
  })

  it('is confirmed field by field', () => {
    const next = confirmed(copied, ['dose'], UNCOUNTED)
    expect(next.open).not.toContain('dose')
    expect(next.open).toContain('route')
    expect(next.confirmed).toEqual(['dose'])
  })

  it('counts what the doctor types as the own word, and a computed number as nothing to look at', () => {
    expect(entered(copied, { dose: '2' }, UNCOUNTED).confirmed).toEqual(['dose'])
    expect(entered(copied, { frequency: 'bid' }, UNCOUNTED).confirmed).toEqual(['frequency', 'doses'])
    expect(entered(copied, { frequency: 'prn' }, UNCOUNTED).open).toContain('doses')
  })
})

it('a diagnosis that is accepted no longer can still be unticked, and is marked', () => {
  const [proven, before] = [{ code: 'I10.x00', name_zh: '高血压', name_en: '' }, { code: 'E11.900', name_zh: '2型糖尿病', name_en: '' }]
  const found = diagnosesOf([proven], [before], ['E11.900', 'J45.900'], ['I10.x00', 'E11.900'])
  expect(found.map((one) => [one.code, one.name_zh, one.isProven])).toEqual([
    ['I10.x00', '高血压', true],
    ['E11.900', '2型糖尿病', false],
    ['J45.900', '', false],
  ])
})

it('forgets the number of doses where it is computed', () => {
  expect(entered(itemOf({ frequency: 'prn', doses: '6' }), { frequency: 'bid' }, UNCOUNTED).doses).toBe('')
})

it('has one day for what is taken at once', () => {
  expect(entered(itemOf(), { frequency: 'st' }, UNCOUNTED).days).toBe('1')
})

it('is sent as numbers, with nothing where nothing is told', () => {
  const sent = asSent(formWith(itemOf({ confirmed: ['dose'] })), 4) as { revision: number; items: Record<string, unknown>[] }
  expect(sent.revision).toBe(4)
  expect(sent.items[0]).toMatchObject({ days: 7, doses: null, confirmed: ['dose'] })
})

it('has another quantity for another dose', () => {
  expect(countedFor(itemOf())).not.toBe(countedFor(itemOf({ dose: '2' })))
})

it.each([
  ['１．５', '1.5'],
  ['2。5', '2.5'],
  ['0·5', '0.5'],
  ['１０', '10'],
])('reads %s as %s', (typed, plain) => {
  expect(plainDigits(typed)).toBe(plain)
})

describe.each(['1,5', '1，5', '1/2', '½', '1½', '1-2', '1～2', '1 5', '1..5', '1.5.2', '3片', '-1', '٣'])('what is no number, %s,', (typed) => {
  it('stays as it was typed: no digit is joined to another', () => {
    expect(plainDigits(typed)).toBe(typed)
  })

  it.each(['dose', 'days', 'doses'] as const)('is no %s, and is marked at once', (name) => {
    expect(missingOf(formWith(itemOf({ frequency: 'prn', doses: '6', [name]: typed })), UNCOUNTED)).toEqual([`items.0.${name}`])
    expect([isNoAmount(typed), isNoCount(typed)]).toEqual([true, true])
  })

  it('is no weight', () => {
    expect(missingOf({ ...formWith(itemOf()), weight_kg: typed }, UNCOUNTED)).toEqual(['weight_kg'])
  })

  it('is never another number for the server', () => {
    const sent = asSent(formWith(itemOf({ days: typed, doses: typed })), 4) as { items: { days: unknown; doses: unknown }[] }
    expect(sent.items[0]).toMatchObject({ days: typed, doses: typed })
  })
})

it('marks nothing that the next digit may make whole', () => {
  expect(['', '0', '1.', '.5', '12'].filter(isNoAmount)).toEqual([])
  expect(['', '0', '12'].filter(isNoCount)).toEqual([])
  expect(isNoCount('1.5')).toBe(true)
})

it('takes a weight that is told, and none that is not', () => {
  expect(['', '60.5'].flatMap((weight_kg) => missingOf({ ...formWith(itemOf()), weight_kg }, UNCOUNTED))).toEqual([])
})

it('begins from what the server has', () => {
  const [item] = formOf({
    diagnoses: [],
    valid_days: 3,
    patient_facts: { is_pregnant: false },
    weight_kg: '',
    told: formWith().told,
    items: [{ ...itemOf(), days: 7, doses: null, quantity: 7, to_confirm: ['dose'] }],
  }).items
  expect([item?.days, item?.doses, item?.open]).toEqual(['7', '', ['dose']])
})
