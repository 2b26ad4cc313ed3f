import { describe, expect, it } from 'vitest'

import { identityFault, isUnderAge } from './identity'

describe('an identity number', () => {
  it('with the right check digit has no fault', () => expect(identityFault('11010519491231002X')).toBeNull())
  it('may end in a small x', () => expect(identityFault('11010519491231002x')).toBeNull())
  it.each([
    ['110105194912310021', 'check'],
    ['11010519490231002X', 'date'],
    ['1101051949123100', 'length'],
    ['1101051949A231002X', 'digits'],
    ['1101051949123100X2', 'digits'],
  ])('%s is told: %s', (number, fault) => expect(identityFault(number)).toBe(fault))
})

describe('the age in a number', () => {
  const today = new Date(2026, 10, 28)
  it('is under 18 until the birthday', () => expect(isUnderAge('110105200811290027', today)).toBe(true))
  it('is not from the birthday on', () => expect(isUnderAge('110105200811280026', today)).toBe(false))
})
