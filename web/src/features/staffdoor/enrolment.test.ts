import { describe, expect, it } from 'vitest'

import { qrPath } from '@/shared/qr/qr'

import { inFours } from './enrolment'

describe('the QR code of a secret', () => {
  it('is a square with a quiet zone, its three corner marks dark', () => {
    const { path, size } = qrPath('otpauth://totp/Xinglin:dr.gp1?secret=ABCDEFGH&issuer=Xinglin')
    expect((size - 8 - 17) % 4).toBe(0)
    for (const corner of ['M4 4h1', `M${size - 5} 4h1`, `M4 ${size - 5}h1`]) expect(path).toContain(corner)
    expect(path).not.toContain('M3 4h1')
  })

  it('differs with the secret', () => {
    expect(qrPath('secret=AAAA').path).not.toBe(qrPath('secret=BBBB').path)
  })
})

it('a secret is read in fours', () => {
  expect(inFours('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
})
