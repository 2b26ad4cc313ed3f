/** Which danger signs of the kept list a complaint tells of. Pure; less than the house's own check, and said to be. */

import type { DangerPattern, DangerSign } from './list'
import { clauses, isPast, isSaid, type Clause } from './wording'

export interface Told {
  complaint: string
  /** Null where it is not known: then signs of an age or a sex count. */
  age_months: number | null
  sex: string | null
  /** °C and mmHg, as measured just now. */
  temperature?: number | undefined
  systolic?: number | undefined
  diastolic?: number | undefined
}

const ANYWHERE = -1
const WARM = /(?<![\d./])(3[4-9]|4[0-3]|9[5-9]|10[0-9])(?:\.(\d))?\d?\s*(?:度|℃|°|摄氏|c\b|f\b|degrees?)|(?:烧到|烧至|体温|发烧|发热|高烧|fever(?: of| is| was)?|temp(?:erature)?(?: of| is| was| up to)?)[^\d,]{0,6}?(3[4-9]|4[0-3]|9[5-9]|10[0-9])(?:\.(\d))?(?![\d/])/g
const PAIR = /(?<![\d./])(\d{2,3})\s*(?:\/|over|和)\s*(\d{2,3})(?![\d/])/g

function temperatures(text: string): number[] {
  return [...text.matchAll(WARM)].map(([, a, b, c, d]) => Number(`${a ?? c ?? '0'}.${b ?? d ?? '0'}`)).map((value) => (value > 90 ? (value - 32) / 1.8 : value))
}

/** `#temperature>=38`, `#pressure>=180/110`: told in the clause, or measured. */
function reaches(condition: string, clause: Clause | null, told: Told): boolean {
  const [name = '', limit = ''] = condition.slice(1).split('>=')
  if (name === 'temperature') {
    const values = clause ? temperatures(clause.text) : [told.temperature ?? 0]
    return values.some((value) => value >= Number(limit))
  }
  if (name !== 'pressure') return false
  const [systolic = 0, diastolic = 0] = limit.split('/').map(Number)
  const pairs = clause ? [...clause.text.matchAll(PAIR)].map((found) => [Number(found[1]), Number(found[2])]) : [[told.systolic ?? 0, told.diastolic ?? 0]]
  return pairs.some(([s = 0, d = 0]) => s >= systolic || d >= diastolic)
}

function places(group: readonly string[], said: readonly Clause[], told: Told): Set<number> {
  const found = new Set<number>()
  for (const term of group) {
    // Answers of the interview: nobody is asked here.
    if (term.startsWith('@')) continue
    const isMeasured = term.startsWith('#')
    if (isMeasured && reaches(term, null, told)) found.add(ANYWHERE)
    for (const clause of said) if (isMeasured ? reaches(term, clause, told) : isSaid(term, clause)) found.add(clause.sentence)
  }
  return found
}

function fits(pattern: DangerPattern, said: readonly Clause[], told: Told): boolean {
  const all = pattern.groups.map((group) => places(group, said, told))
  if (all.some((where) => where.size === 0)) return false
  const [anchors, ...others] = all.filter((where) => !where.has(ANYWHERE))
  if (!pattern.near || !anchors) return true
  return [...anchors].some((anchor) => others.every((where) => [anchor - 1, anchor, anchor + 1].some((near) => where.has(near))))
}

/** In the order of the list. */
export function dangersIn(told: Told, signs: readonly DangerSign[]): DangerSign[] {
  const said = clauses(told.complaint).filter((clause) => !isPast(clause))
  return signs.filter((sign) => {
    const isYoung = sign.until_months === null || told.age_months === null || told.age_months < sign.until_months
    const isSex = sign.sex === null || told.sex === null || told.sex === sign.sex
    return isYoung && isSex && Object.values(sign.patterns).some((patterns) => patterns.some((pattern) => fits(pattern, said, told)))
  })
}
