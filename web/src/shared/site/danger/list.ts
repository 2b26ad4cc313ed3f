/** The house's list of danger signs, kept on the device for an outage. It is public and says nothing of anybody. */

import { http } from '../../api/http'
import type { Text } from '../../api/problem'

export interface DangerPattern {
  /** All groups in one sentence, or in two beside each other. */
  near: boolean
  /** Of each group one phrase is said. */
  groups: string[][]
}

export interface DangerSign {
  id: string
  text: Text
  advice: Text
  source: string
  year: number
  /** Only below this age, exclusive. */
  until_months: number | null
  sex: string | null
  patterns: Record<string, DangerPattern[]>
}

export interface DangerList {
  emergency_number: string
  items: DangerSign[]
  /** When the house gave it, ms. */
  at: number
}

const KEPT = 'xinglin.site.danger'
const FRESH_MS = 3_600_000

export function keptList(): DangerList | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as DangerList | null
  } catch {
    return null
  }
}

/** With a line, once an hour. Without one, or without leave, the last list stays. */
export async function learnList(now = Date.now()): Promise<void> {
  const age = now - (keptList()?.at ?? 0)
  if (age >= 0 && age < FRESH_MS) return
  try {
    const { items, emergency_number } = await http.get<Omit<DangerList, 'at'>>('/triage/red-flags')
    const needed = items.map(({ id, text, advice, source, year, until_months, sex, patterns }) => ({ id, text, advice, source, year, until_months, sex, patterns }))
    localStorage.setItem(KEPT, JSON.stringify({ emergency_number, items: needed, at: now }))
  } catch {
    // The next time.
  }
}
