/** The name and the time under which a reading goes to the house. */

import { houseNow } from '@/shared/live/houseclock'
import type { KeptReading } from '@/shared/site/store'
import type { VitalKind } from '@/shared/site/types'

import { newId } from './ids'
import { formOf, type Entry, type EntryFault } from './vitals'

export interface Naming {
  /** Null: nothing was entered. */
  of: (walkIn: string, kind: VitalKind, entry: Entry) => KeptReading | { fault: EntryFault; part: string } | null
  /** The house has answered: the same numbers entered once more are another reading. */
  forget: (kind: VitalKind) => void
}

/** A reading keeps its id and its time while it says the same: sent twice, as after a lost answer, it is there once. */
export function useReadings(): Naming {
  const names = new Map<VitalKind, { said: string; id: string; measuredAt: string }>()
  // By the house's clock: a device's own may be wrong by hours.
  const fresh = (said: string) => ({ said, id: newId(), measuredAt: new Date(houseNow()).toISOString() })

  return {
    of(walkIn, kind, entry) {
      const before = names.get(kind)
      const said = JSON.stringify([walkIn, entry])
      const name = before?.said === said ? before : fresh(said)
      const form = formOf(kind, entry, name.measuredAt)
      if (form === null || 'fault' in form) return form
      names.set(kind, name)
      return { id: name.id, ...form }
    },
    forget: (kind) => void names.delete(kind),
  }
}
