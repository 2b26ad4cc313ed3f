import { describe, expect, it } from 'vitest'

import { newId } from './ids'
import { emptyEntry, firstVitals, formOf, numberOf, valuesText, VITALS } from './vitals'

const AT = '2027-01-01T01:00:00Z'
const entry = (kind: Parameters<typeof emptyEntry>[0], change: object) => ({ ...emptyEntry(kind), ...change })

describe('a reading, as it is written down', () => {
  it.each([
    ['36.8', 36.8],
    ['36,8', 36.8],
    ['３６．８', 36.8],
    [' 128 ', 128],
    ['', null],
    ['12a', null],
    ['-3', null],
    ['36.88.1', null],
  ])('%s is %s', (text, value) => expect(numberOf(text)).toBe(value))

  it('is none while nothing is entered', () => {
    expect(formOf('heart_rate', emptyEntry('heart_rate'), AT)).toBeNull()
  })

  it('needs both numbers of a blood pressure, and says which is missing', () => {
    expect(formOf('blood_pressure', entry('blood_pressure', { texts: { systolic: '128', diastolic: '' } }), AT)).toEqual({ fault: 'half', part: 'diastolic' })
    expect(formOf('blood_pressure', entry('blood_pressure', { texts: { systolic: '128', diastolic: '8o' } }), AT)).toEqual({ fault: 'no_number', part: 'diastolic' })
  })

  it('carries the unit as chosen: the house converts', () => {
    const told = entry('blood_pressure', { texts: { systolic: '17', diastolic: '11' }, unit: 'kPa' })
    expect(formOf('blood_pressure', told, AT)).toEqual({ kind: 'blood_pressure', values: { systolic: 17, diastolic: 11 }, unit: 'kPa', measured_at: AT })
  })

  it('asks when the sugar was measured', () => {
    const told = entry('glucose', { texts: { value: '6.1' } })
    expect(formOf('glucose', told, AT)).toEqual({ fault: 'no_context', part: 'context' })
    expect(formOf('glucose', { ...told, context: 'fasting' }, AT)).toMatchObject({ values: { value: 6.1 }, context: 'fasting' })
  })

  it('says that it was measured again only when it was', () => {
    const told = entry('temperature', { texts: { value: '41.5' } })
    expect(formOf('temperature', told, AT)).not.toHaveProperty('confirmed')
    expect(formOf('temperature', { ...told, again: true }, AT)).toMatchObject({ confirmed: true })
  })

  it('shows a pressure as people say it', () => {
    expect(valuesText({ kind: 'blood_pressure', values: { diastolic: 82, systolic: 128 } })).toBe('128/82')
    expect(valuesText({ kind: 'temperature', values: { value: 36.8 } })).toBe('36.8')
  })
})

it('asks few numbers at once: six of a grown person, five of a child', () => {
  const count = (isMinor: boolean): number => VITALS.filter(({ kind }) => firstVitals(isMinor).includes(kind)).flatMap(({ parts }) => parts).length
  expect([count(false), count(true)]).toEqual([6, 5])
})

it('names what it makes so that names sort by time', () => {
  const id = newId(1_800_000_000_000)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(id < newId(1_800_000_000_001)).toBe(true)
})
