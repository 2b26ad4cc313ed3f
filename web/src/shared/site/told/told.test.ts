import { describe, expect, it } from 'vitest'

import { inOrder, newest, valueText, type ToldReading } from './told'

const reading = (id: string, kind: string, values: Record<string, number>, unit: string, more: Partial<ToldReading> = {}): ToldReading => ({
  id, kind, values, unit, context: '', instrument_serial: '', instrument_model: '', by: 'hand', measured_at: '2026-08-01T02:00:00Z', ...more,
})

describe('what was measured at a site', () => {
  it('is said with its unit as people write it', () => {
    expect(valueText(reading('a', 'blood_pressure', { diastolic: 94, systolic: 152 }, 'mm[Hg]'))).toBe('152/94 mmHg')
    expect(valueText(reading('b', 'temperature', { value: 36.8 }, 'Cel'))).toBe('36.8 °C')
    expect(valueText(reading('c', 'spo2', { value: 97 }, '%'))).toBe('97%')
    expect(valueText(reading('d', 'glucose', { value: 5.994 }, 'mmol/L'))).toBe('5.99 mmol/L')
  })

  it('stands by kind with the newest first, and the newest of each counts', () => {
    const early = reading('early', 'blood_pressure', { systolic: 180, diastolic: 100 }, 'mm[Hg]')
    const late = reading('late', 'blood_pressure', { systolic: 150, diastolic: 90 }, 'mm[Hg]', { measured_at: '2026-08-01T02:05:00Z' })
    const warm = reading('warm', 'temperature', { value: 37 }, 'Cel')
    const odd = reading('odd', 'waist', { value: 90 }, 'cm')
    expect(inOrder([odd, warm, early, late]).map((one) => one.id)).toEqual(['late', 'early', 'warm', 'odd'])
    expect(newest([odd, warm, early, late]).map((one) => one.id)).toEqual(['late', 'warm', 'odd'])
  })

  it('keeps a fasting and a later glucose apart', () => {
    const fasting = reading('f', 'glucose', { value: 6 }, 'mmol/L', { context: 'fasting' })
    const after = reading('a', 'glucose', { value: 9 }, 'mmol/L', { context: 'after_meal', measured_at: '2026-08-01T04:00:00Z' })
    expect(newest([fasting, after]).map((one) => one.id)).toEqual(['a', 'f'])
  })
})
