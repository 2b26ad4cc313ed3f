import { expect, it } from 'vitest'

import { plural } from './amount'

it.each([
  ['1', '{tablet}', 'tablet', 'tablet'],
  ['0.5', '{tablet}', 'tablet', 'tablets'],
  [14, '{patch}', 'patch', 'patches'],
  [3, '[drp]', 'drop', 'drops'],
  [500, 'mg', 'mg', 'mg'],
])('%s of %s is said as it is spoken', (value, code, name, said) => {
  expect(plural(value, code, name)).toBe(said)
})
