import { expect, it } from 'vitest'

import type { Visit } from './types'
import { unsignedFirst } from './useEnded'

const ended = (id: string, signed: number | null): Visit => ({ id, record: { signed_version: signed } }) as Visit

it('no ended visit without a signed record is ever left out', () => {
  const signed = Array.from({ length: 30 }, (_, i) => ended(`s${i}`, 1))
  const shown = unsignedFirst([...signed, ended('old', null)])
  expect(shown[0]?.id).toBe('old')
  expect(shown.length).toBeLessThan(signed.length)
})
