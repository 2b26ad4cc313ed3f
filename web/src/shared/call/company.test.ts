import { expect, it } from 'vitest'

import type { SeatOut } from '../live/seats'
import { isConnectedWith, othersOf, showsPicture } from './company'
import { seat } from './fakes'

const PATIENT = seat('p', 'patient')
const DOCTOR = seat('d', 'doctor')
const SPECIALIST = seat('s', 'specialist')
const OBSERVER = seat('o', 'observer')
const ALL = [PATIENT, DOCTOR, SPECIALIST, OBSERVER]
const company = (mine: SeatOut): string[] =>
  othersOf(ALL, mine)
    .filter((other) => isConnectedWith(other, mine))
    .map(({ id }) => id)

it('who sends is connected with everybody who sends, an observer with the doctor’s page alone', () => {
  expect(company(PATIENT)).toEqual(['d', 's'])
  expect(company(SPECIALIST)).toEqual(['p', 'd'])
  expect(company(DOCTOR)).toEqual(['p', 's', 'o'])
  expect(company(OBSERVER)).toEqual(['d'])
})
it('of one person the newest seat counts, and one that is here before one that is not', () => {
  const [old, fresh] = [seat('p1', 'patient'), seat('p2', 'patient')]
  expect(othersOf([old, fresh, DOCTOR], DOCTOR).map(({ id }) => id)).toEqual(['p2'])
  expect(othersOf([old, { ...fresh, here: false }, DOCTOR], DOCTOR).map(({ id }) => id)).toEqual(['p1'])
})
it('nobody is connected with another page of their own', () => {
  expect(othersOf([DOCTOR, { ...seat('d2', 'doctor'), person: DOCTOR.person }], DOCTOR)).toEqual([])
})
it('a picture is on its way when the camera or a screen is, and not sound alone', () => {
  expect(showsPicture({ ...PATIENT, camera: true })).toBe(true)
  expect(showsPicture({ ...PATIENT, screen: true })).toBe(true)
  expect(showsPicture({ ...PATIENT, camera: true, audio_only: true })).toBe(false)
})
