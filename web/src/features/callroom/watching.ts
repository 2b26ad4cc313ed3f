/** The list of a quality officer: what needs attention first, then who has been at it longest. */
import type { Observable } from './types'

/** Something is being lost now: the line, or the recording that was agreed on. */
export const isAlarm = (call: Pick<Observable, 'verdict' | 'recording'>): boolean => call.recording === 'lost' || call.verdict === 'down'

const weight = (call: Observable): number => {
  if (call.recording === 'lost') return 0
  return { down: 1, poor: 2, fair: 3, good: 3 }[call.verdict]
}

export function alarmsFirst(calls: readonly Observable[]): Observable[] {
  return [...calls].sort((one, other) => weight(one) - weight(other) || one.since.localeCompare(other.since))
}
