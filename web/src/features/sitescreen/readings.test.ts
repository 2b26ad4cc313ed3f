import { expect, it } from 'vitest'

import type { ReadingOut } from '@/shared/site/types'

import { shown } from './readings'

const reading = (more: Partial<ReadingOut>): ReadingOut => ({
  id: 'r', kind: 'temperature', values: { temperature: 36.64 }, unit: 'Cel', told_values: {}, told_unit: 'Cel', context: '', instrument_serial: '', instrument_model: '', by: 'hand', measured_at: '', ...more,
})

it('says a measured value as one reads it, and nothing that was taken back', () => {
  const found = shown([
    reading({}),
    reading({ kind: 'blood_pressure', values: { systolic: 128, diastolic: 82.04 }, unit: 'mm[Hg]' }),
    reading({ kind: 'heart_rate', values: { heart_rate: 71 }, unit: '/min' }),
    reading({ withdrawn: true }),
  ])
  expect(found.map((one) => `${one.value} ${one.unit}`)).toEqual(['36.6 ℃', '128/82 mmHg', '71 '])
})
