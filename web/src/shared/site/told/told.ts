/** From where a visit is held and what was measured there, as the doctor reads it. */
import type { Text } from '../../api/problem'
import type { GlucoseContext, VitalKind } from '../types'

/** One act of one instrument; `unit` as UCUM writes it, `by` whom it came. */
export interface ToldReading {
  id: string
  kind: string
  values: Record<string, number>
  unit: string
  context: GlucoseContext | ''
  instrument_serial: string
  instrument_model: string
  by: string
  /** A name; records of before have none. */
  taken_by?: string
  measured_at: string
}

/** `stays`: whether the assistant stays in the room, by the patient's wish; null while none was said. */
export interface SiteTold {
  walk_in_id: string
  code: string
  site: Text
  kind_text: Text
  assistant: string
  stays: boolean | null
  registered_at: string
  captured_at: string | null
  readings: ToldReading[]
}

export const ORDER = ['blood_pressure', 'heart_rate', 'temperature', 'spo2', 'respiratory_rate', 'glucose', 'weight', 'height'] as const satisfies readonly VitalKind[]
const UNITS: Record<string, string> = { 'mm[Hg]': 'mmHg', Cel: '°C', '[degF]': '°F', '[lb_av]': 'lb' }

export const isKnown = (kind: string): boolean => (ORDER as readonly string[]).includes(kind)

/** "152/94 mmHg": the upper before the lower; any other kind has one value. `perMinute`: as the reader says it. */
export function valueText(reading: ToldReading, perMinute = '/min'): string {
  const { systolic, diastolic } = reading.values
  const values = systolic !== undefined && diastolic !== undefined ? [systolic, diastolic] : Object.values(reading.values)
  const unit = reading.unit === '/min' ? perMinute : (UNITS[reading.unit] ?? reading.unit)
  return `${values.map((value) => String(Math.round(value * 100) / 100)).join('/')}${unit === '%' ? '' : ' '}${unit}`
}

const place = (kind: string): number => {
  const at = (ORDER as readonly string[]).indexOf(kind)
  return at < 0 ? ORDER.length : at
}

/** By kind, the last kept of each first: the house tells them as it kept them, and a device's clock may go wrong. */
export function inOrder(readings: readonly ToldReading[]): ToldReading[] {
  return [...readings].reverse().sort((a, b) => place(a.kind) - place(b.kind) || a.kind.localeCompare(b.kind))
}

/** What counts now: the newest of each kind, and of glucose of each state. */
export function newest(readings: readonly ToldReading[]): ToldReading[] {
  const seen = new Set<string>()
  return inOrder(readings).filter(({ kind, context }) => {
    const name = `${kind} ${context}`
    return !seen.has(name) && Boolean(seen.add(name))
  })
}
