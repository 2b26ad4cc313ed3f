import { describe, expect, it } from 'vitest'

import { isSimulated, matches, nextCodesMs, secondsLeft, type DemoPerson } from './demo'

const DOCTOR: DemoPerson = { role: { zh: '医生', en: 'Doctor' }, name: { zh: '林晓', en: 'Lin Xiao' }, kind: 'staff', username: 'dr.gp1', totp: '123456', totp_left_s: 12, page: '/staff', note: null }

describe('the demo people', () => {
  it('are found by name in either language, role and username', () => {
    for (const words of ['林', 'lin', 'DOCTOR', 'dr.gp', '']) expect(matches(DOCTOR, words, 'all')).toBe(true)
    expect(matches(DOCTOR, 'lin', 'patient')).toBe(false)
  })

  it('show a code no longer than it holds', () => {
    expect(secondsLeft(12, 1_000, 3_500)).toBe(10)
    expect(secondsLeft(12, 0, 60_000)).toBe(0)
  })

  it('are asked for again when the first code has run out, and not in a storm', () => {
    expect(nextCodesMs([DOCTOR, { ...DOCTOR, totp_left_s: 5 }])).toBe(5_250)
    expect(nextCodesMs([{ ...DOCTOR, totp_left_s: 0 }])).toBe(1_250)
    expect(nextCodesMs([])).toBe(30_000)
  })

  it('do not read what simulated patients are sent', () => {
    for (const to of ['+8619900001234', '19900001234', '+86 199 0000 1234']) expect(isSimulated({ to })).toBe(true)
    for (const to of ['+8613900001234', '+8613919900001', 'a.1990000@example.org']) expect(isSimulated({ to })).toBe(false)
  })
})
