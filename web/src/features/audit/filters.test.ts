import { describe, expect, it } from 'vitest'

import { askedOf, filtersOf, isId, queryOf } from './filters'

const NOBODY = filtersOf({})

describe('what is looked for', () => {
  it('comes from the address and goes back into it', () => {
    const told = filtersOf({ action: 'record.read', subject: ['a', 'b'], other: 'x' })
    expect(queryOf(told)).toEqual({ action: 'record.read', subject: 'a' })
    expect(queryOf(NOBODY)).toEqual({})
  })

  it('is asked with the zone of who asks', () => {
    const asked = new URLSearchParams(askedOf({ ...NOBODY, since: '2026-01-02T03:04' }, 'last'))
    expect(asked.get('since')).toBe(new Date('2026-01-02T03:04').toISOString())
    expect(asked.get('before')).toBe('last')
  })

  it('leaves what is no moment to the server', () => {
    expect(new URLSearchParams(askedOf({ ...NOBODY, until: 'soon' })).get('until')).toBe('soon')
  })

  it('knows a number of a record from words', () => {
    expect(isId(' 0198a4b2-7c1d-7abc-8def-0123456789ab ')).toBe(true)
    expect(isId('林')).toBe(false)
  })
})
