/** What is measured at a counter, as it is written down: fields, units to choose from, and what becomes of them. What is believed, the house decides. */

import type { GlucoseContext, ReadingForm, ReadingOut, VitalKind, VitalUnit } from '@/shared/site/types'

export interface Vital {
  kind: VitalKind
  /** As the house names the values. */
  parts: readonly string[]
  /** The canonical one first. */
  units: readonly VitalUnit[]
  contexts?: readonly GlucoseContext[]
}

export const VITALS: readonly Vital[] = [
  { kind: 'blood_pressure', parts: ['systolic', 'diastolic'], units: ['mm[Hg]', 'kPa'] },
  { kind: 'heart_rate', parts: ['value'], units: ['/min'] },
  { kind: 'temperature', parts: ['value'], units: ['Cel', '[degF]'] },
  { kind: 'spo2', parts: ['value'], units: ['%'] },
  { kind: 'glucose', parts: ['value'], units: ['mmol/L', 'mg/dL'], contexts: ['fasting', 'after_meal', 'random'] },
  { kind: 'respiratory_rate', parts: ['value'], units: ['/min'] },
  { kind: 'weight', parts: ['value'], units: ['kg', 'jin', '[lb_av]'] },
  { kind: 'height', parts: ['value'], units: ['cm'] },
]
const OF = new Map(VITALS.map((one) => [one.kind, one]))
export const vitalOf = (kind: VitalKind): Vital => OF.get(kind) ?? { kind, parts: ['value'], units: ['/min'] }

/** What is asked at once; everything else opens by one tap. */
const FIRST: readonly VitalKind[] = ['blood_pressure', 'heart_rate', 'temperature', 'spo2', 'glucose']
const FIRST_OF_MINORS: readonly VitalKind[] = ['temperature', 'heart_rate', 'spo2', 'respiratory_rate', 'weight']
export const firstVitals = (isMinor: boolean): readonly VitalKind[] => (isMinor ? FIRST_OF_MINORS : FIRST)

/** As written on instruments. */
const SIGNS: Record<string, string> = { 'mm[Hg]': 'mmHg', kPa: 'kPa', Cel: '℃', '[degF]': '℉', '%': '%', 'mmol/L': 'mmol/L', 'mg/dL': 'mg/dL', kg: 'kg', '[lb_av]': 'lb', cm: 'cm' }
export const signOf = (unit: string): string | undefined => SIGNS[unit]

export interface Entry {
  texts: Record<string, string>
  unit: VitalUnit
  context: GlucoseContext | ''
  serial: string
  /** It was refused as unlikely: what is entered now was measured a second time. */
  again: boolean
}

export const emptyEntry = (kind: VitalKind): Entry => ({
  texts: Object.fromEntries(vitalOf(kind).parts.map((part) => [part, ''])),
  unit: vitalOf(kind).units[0] ?? '/min',
  context: '',
  serial: '',
  again: false,
})

/** It was unlikely: what is entered now was measured a second time. */
export const measureAgain = (entry: Entry): Entry => ({ ...entry, again: true, texts: Object.fromEntries(Object.keys(entry.texts).map((part) => [part, ''])) })

/** A comma for a point, and full-width digits, as a Chinese keyboard types them. */
export function numberOf(text: string): number | null {
  const plain = text
    .replace(/[０-９．]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replace(/[,，。]/, '.')
    .trim()
  return /^\d{1,4}(\.\d{1,2})?$/.test(plain) ? Number(plain) : null
}

export type EntryFault = 'no_number' | 'half' | 'no_context'

export const isUntouched = (entry: Entry): boolean => Object.values(entry.texts).every((text) => !text.trim())

/** Null: nothing was entered. */
export function formOf(kind: VitalKind, entry: Entry, measuredAt: string): ReadingForm | { fault: EntryFault; part: string } | null {
  if (isUntouched(entry)) return null
  const { parts, contexts } = vitalOf(kind)
  const values: Record<string, number> = {}
  for (const part of parts) {
    const text = entry.texts[part] ?? ''
    const value = numberOf(text)
    if (value === null) return { fault: text.trim() ? 'no_number' : 'half', part }
    values[part] = value
  }
  if (contexts && !entry.context) return { fault: 'no_context', part: 'context' }
  return {
    kind,
    values,
    unit: entry.unit,
    measured_at: measuredAt,
    ...(entry.context ? { context: entry.context } : {}),
    ...(entry.serial ? { instrument_serial: entry.serial } : {}),
    ...(entry.again ? { confirmed: true } : {}),
  }
}

/** "128/82", "36.8". */
export function valuesText({ kind, values }: Pick<ReadingOut, 'kind' | 'values'>): string {
  return vitalOf(kind)
    .parts.map((part) => values[part])
    .filter((value) => value !== undefined)
    .join('/')
}
