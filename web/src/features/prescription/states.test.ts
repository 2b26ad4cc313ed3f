import { expect, it } from 'vitest'

import type { RxState } from '@/shared/api/prescriptions'

import { foremost, toneOf } from './states'

const rows = (...states: RxState[]) => states.map((state) => ({ state }))

it('what can be collected counts before what waits', () => {
  expect(foremost(rows('voided', 'claimed', 'effective'))?.state).toBe('effective')
  expect(foremost(rows('voided', 'returned'))?.state).toBe('returned')
  expect(foremost(rows())).toBeUndefined()
})

it('nothing but an effective one looks as if it could be used', () => {
  const all: RxState[] = ['draft', 'signed_by_doctor', 'claimed', 'escalated', 'returned', 'refused', 'effective', 'dispensed', 'expired', 'voided', 'discarded']
  expect(all.filter((state) => toneOf(state) === 'good')).toEqual(['effective'])
})
