/** How a safety report is read: by level, and by medicine for what is not known. Pure. */
import type { Hit, Level, SafetyReport } from '@/shared/api/prescriptions'
import type { Text } from '@/shared/api/problem'

const LEVELS: readonly Level[] = ['block', 'warn', 'caution', 'info']
const SHORTEST_REASON = 4

export const byLevel = (hits: readonly Hit[]): [Level, Hit[]][] =>
  LEVELS.map((level): [Level, Hit[]] => [level, hits.filter((hit) => hit.level === level)]).filter(([, found]) => found.length > 0)

export const isReason = (words: string): boolean => words.trim().length >= SHORTEST_REASON

/** A reason is of the very words that it answers: of the same hit at another dose nothing was said. */
export const keyOf = (hit: Hit): string => `${hit.id} ${hit.text.zh}`

/** Of the hits that stand here, what the doctor has said, by id. */
export const saidOf = (hits: readonly Hit[], kept: Record<string, string>): Record<string, string> =>
  Object.fromEntries(hits.map((hit) => [hit.id, kept[keyOf(hit)] ?? '']))

/** Hits that want a reason and have none yet. */
export const unanswered = (toAnswer: readonly string[], reasons: Record<string, string>): string[] => toAnswer.filter((hit) => !isReason(reasons[hit] ?? ''))

export interface Gaps {
  key: string
  /** Null: a medicine that is taken already. */
  name: Text | null
  whys: Text[]
  /** One line stands open, many are folded. */
  toldAll: boolean
}

/** What the check could not say, medicine by medicine, each reason once. */
export function gapsOf(report: SafetyReport, names: readonly Text[]): Gaps[] {
  const found = new Map<number, Map<string, Text>>()
  for (const gap of [...report.not_told, ...report.no_data]) {
    const of = found.get(gap.item) ?? new Map<string, Text>()
    found.set(gap.item, of.set(gap.why.zh, gap.why))
  }
  return [...found]
    .sort(([one], [other]) => one - other)
    .map(([place, whys]) => ({ key: String(place), name: names[place] ?? null, whys: [...whys.values()], toldAll: whys.size === 1 }))
}
