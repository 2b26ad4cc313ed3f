/** What can be offered for a visit as it stands; the server decides again. */
import type { VisitLine } from './api'

export type Remedy = 'remind_doctor' | 'remind_patient' | 'reassign' | 'extend' | 'close'

const WAITS = new Set(['waiting', 'nobody', 'left_message'])
const NEEDS: Record<Remedy, string> = {
  remind_doctor: 'dispatch.remind',
  remind_patient: 'dispatch.remind',
  reassign: 'dispatch.reassign_visit',
  extend: 'dispatch.extend_visit',
  close: 'dispatch.close_visit',
}

export function actsOf(visit: VisitLine, permissions: readonly string[]): Remedy[] {
  const isOpen = visit.state === 'active' || WAITS.has(visit.state)
  const makesSense: Record<Remedy, boolean> = {
    remind_doctor: (visit.state === 'active' && visit.due_who === 'doctor') || (visit.state === 'ended' && !visit.record_signed),
    remind_patient: WAITS.has(visit.state) || (visit.state === 'active' && visit.due_who === 'patient'),
    reassign: isOpen,
    extend: isOpen && !visit.extended,
    close: isOpen,
  }
  return (Object.keys(makesSense) as Remedy[]).filter((remedy) => makesSense[remedy] && permissions.includes(NEEDS[remedy]))
}

/** A deadline is put off by its own length at most. */
const LONGEST_MINUTES: Record<string, number> = { waiting: 60, nobody: 30, left_message: 24 * 60 }
export function longest(visit: VisitLine): number {
  return LONGEST_MINUTES[visit.state] ?? (visit.due_who === 'doctor' ? 5 : 30)
}
