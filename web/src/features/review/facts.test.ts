import { expect, it } from 'vitest'

import { factsOf } from './facts'

const patient = { name: '苏念慈', age_text: { zh: '30岁', en: '30 years' }, allergies_checked: [] }

it('what nobody has said stands there as not known, and never as no', () => {
  const found = factsOf({ ...patient, sex: 'female', facts: { is_pregnant: false, is_breast_feeding: true, kidney: 'mild', weight_kg: '' } })
  expect(Object.fromEntries(found.map((fact) => [fact.name, fact.value]))).toEqual({ is_pregnant: 'no', plans_pregnancy: null, is_breast_feeding: 'yes', kidney: 'mild', liver: null, weight_kg: null })
})

it('a man is not asked for a pregnancy, somebody of whom the sex is not known is', () => {
  expect(factsOf({ ...patient, sex: 'male', facts: {} }).map((fact) => fact.name)).toEqual(['kidney', 'liver', 'weight_kg'])
  expect(factsOf({ ...patient, sex: 'unknown', facts: {} })[0]?.name).toBe('is_pregnant')
})
