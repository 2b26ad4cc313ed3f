/** What was measured, as one reads it: the name of the thing, its number, its unit. Pure. */

import type { ReadingOut } from '@/shared/site/types'

export interface Shown {
  id: string
  kind: ReadingOut['kind']
  value: string
  /** Empty: its words stand in the texts. */
  unit: string
  context: ReadingOut['context']
}

const UNITS: Readonly<Record<string, string>> = { 'mm[Hg]': 'mmHg', Cel: '℃', '[degF]': '℉', '/min': '', '%': '%', '[lb_av]': 'lb' }

/** Without the tail that a conversion leaves behind. */
const plain = (value: number): string => String(Math.round(value * 10) / 10)

function valueOf({ kind, values }: Pick<ReadingOut, 'kind' | 'values'>): string {
  if (kind === 'blood_pressure') return `${plain(values['systolic'] ?? 0)}/${plain(values['diastolic'] ?? 0)}`
  const [only] = Object.values(values)
  return only === undefined ? '' : plain(only)
}

export function shown(readings: readonly ReadingOut[]): Shown[] {
  return readings
    .filter((one) => !one.withdrawn)
    .map((one) => ({ id: one.id, kind: one.kind, value: valueOf(one), unit: UNITS[one.unit] ?? one.unit, context: one.context }))
}
