import { describe, expect, it } from 'vitest'

import { allergyState } from './allergies'

describe('what was told of allergies', () => {
  it.each([
    ['无。', 'none'],
    ['None', 'none'],
    ['不详', 'unknown'],
    [null, 'unknown'],
    ['青霉素', 'some'],
    ['无青霉素过敏，头孢过敏', 'some'],
    ['no penicillin: rash', 'some'],
  ])('%j is %j', (told, state) => expect(allergyState(told)).toBe(state))
})
