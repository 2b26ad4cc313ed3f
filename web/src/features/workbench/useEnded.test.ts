import { expect, it } from 'vitest'

import type { Visit } from './types'
import { lacksRecord, unsignedFirst } from './useEnded'

const ended = (id: string, signed: number | null): Visit => ({ id, record: { signed_version: signed, needed: true } }) as Visit

it('no ended visit without a signed record is ever left out', () => {
  const signed = Array.from({ length: 30 }, (_, i) => ended(`s${i}`, 1))
  const shown = unsignedFirst([...signed, ended('old', null)])
  expect(shown[0]?.id).toBe('old')
  expect(shown.length).toBeLessThan(signed.length)
})

it('what needs no record is not asked for one', () => {
  const duplicate = { id: 'd', record: { signed_version: null, needed: false } } as Visit
  expect(lacksRecord(duplicate)).toBe(false)
  expect(unsignedFirst([ended('s', 1), duplicate, ended('old', null)]).map(({ id }) => id)).toEqual(['old', 's', 'd'])
})
