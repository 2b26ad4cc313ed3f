import { describe, expect, it } from 'vitest'

import type { Limit } from '@/shared/site/types'

import { doubtOf } from './doubt'

const PRESSURE = [
  { unit: 'mm[Hg]', factor: 1, offset: 0 },
  { unit: 'kPa', factor: 7.500617, offset: 0 },
]
const limit = (change: Partial<Limit>): Limit => ({ kind: 'blood_pressure', part: 'systolic', name: { zh: '', en: '' }, unit: 'mm[Hg]', units: PRESSURE, decimals: 0, impossible: [40, 300], unlikely: [70, 220], contexts: [], source: '', ...change })
const TABLE: Limit[] = [
  limit({}),
  limit({ part: 'diastolic', impossible: [20, 200], unlikely: [40, 130] }),
  limit({ kind: 'temperature', part: 'value', unit: 'Cel', units: [{ unit: 'Cel', factor: 1, offset: 0 }, { unit: '[degF]', factor: 5 / 9, offset: -160 / 9 }], decimals: 1, impossible: [25, 44], unlikely: [34, 41] }),
]

describe('what is believed of a number', () => {
  it('is what the house\'s table says, at its edges too', () => {
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 220, diastolic: 40 }, unit: 'mm[Hg]' })).toBeNull()
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 221, diastolic: 80 }, unit: 'mm[Hg]' })).toMatchObject({ what: 'unlikely', value: 221 })
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 301, diastolic: 80 }, unit: 'mm[Hg]' })).toMatchObject({ what: 'impossible', value: 301 })
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 120, diastolic: 12 }, unit: 'mm[Hg]' })).toMatchObject({ what: 'impossible', limit: { part: 'diastolic' } })
  })

  it('converts before it doubts, and names the unit that would fit', () => {
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 17, diastolic: 11 }, unit: 'kPa' })).toBeNull()
    expect(doubtOf(TABLE, { kind: 'blood_pressure', values: { systolic: 17, diastolic: 11 }, unit: 'mm[Hg]' })).toMatchObject({ what: 'impossible', other: 'kPa' })
    expect(doubtOf(TABLE, { kind: 'temperature', values: { value: 98.6 }, unit: 'Cel' })).toMatchObject({ what: 'impossible', other: '[degF]' })
    expect(doubtOf(TABLE, { kind: 'temperature', values: { value: 42 }, unit: 'Cel' })).toMatchObject({ what: 'unlikely', other: null })
  })

  it('leaves to the house what the table does not know', () => {
    expect(doubtOf(TABLE, { kind: 'weight', values: { value: 9999 }, unit: 'kg' })).toBeNull()
    expect(doubtOf([], { kind: 'temperature', values: { value: 9999 }, unit: 'Cel' })).toBeNull()
  })
})
