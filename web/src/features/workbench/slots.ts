/** Where other features stand in a visit; the page brings them together. */
import type { Visit } from './types'

export interface VisitSlots {
  /** In the composer's foot. `insert` writes at the caret; `field`: where one writes. */
  composer?: (scope: { visit: Visit; field: HTMLTextAreaElement | null; words: string; insert: (text: string) => void }) => unknown
  /** In the patient's header, before what ends the visit. `leave`: the visit is no longer this doctor's. */
  actions?: (scope: { visit: Visit; leave: () => void }) => unknown
  /** Between the interview and the conversation. `fold`: what stands there needs the interview's room. */
  notes?: (scope: { visit: Visit; fold: () => void }) => unknown
}

/** The right column. `open`: the doctor has the visit now. `show`: brings the column into sight. */
export interface RecordScope {
  visit: string
  department: string
  sex: string
  open: boolean
  stop: () => void
  show: () => void
}
