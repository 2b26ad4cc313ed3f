/** Where a drawn prescription stands, and which is next. Pure. */

import type { Drawn, Judgement, Problem } from './api'

export type Standing = 'objected' | 'answered' | 'to_judge' | 'own_work' | 'rational' | 'problems'

export function standing(row: Pick<Drawn, 'classes' | 'objected' | 'answered' | 'may_judge'>): Standing {
  if (row.objected && !row.answered) return 'objected'
  if (row.classes === null) return row.may_judge ? 'to_judge' : 'own_work'
  if (row.answered) return 'answered'
  return row.classes.length ? 'problems' : 'rational'
}

/** The next one after `id` that this person may judge and nobody has; round the end to the beginning. */
export function nextToJudge(rows: readonly Drawn[], id: string): Drawn | undefined {
  const at = rows.findIndex((row) => row.id === id)
  return [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find((row) => row.may_judge && (row.classes === null || (row.objected && !row.answered)))
}

/** The problems under the class that each puts a prescription in. */
export const grouped = (problems: readonly Problem[], found: string): Problem[] => problems.filter((one) => one.found === found)

/** A judgement that is not sent yet. */
export interface HalfMade {
  verdict: '' | 'rational' | 'problems'
  problems: string[]
  comment: string
}

/** Where the form begins: at what was left half made, else at what was found last. */
export function beginning(left: HalfMade | undefined, last: Pick<Judgement, 'classes' | 'problems' | 'comment'> | undefined): HalfMade {
  if (left) return left
  if (!last) return { verdict: '', problems: [], comment: '' }
  return { verdict: last.classes.length ? 'problems' : 'rational', problems: last.problems.map((one) => one.code), comment: last.comment }
}
