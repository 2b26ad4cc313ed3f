/** Which one thing the patient's screen shows now: told from what the house says and what was answered on this page. Pure. */

import type { Intake, Visit, VisitState } from '@/shared/api/contract'
import type { CallOut } from '@/shared/call/types'
import type { ScreenOut } from '@/shared/site/types'

/**
 * `gone`: the patient holds this screen no longer. `nobody`: no doctor came in time. `letter`: a message waits for the next
 * shift. `left`: the person at the site has closed the walk-in.
 */
export type Step =
  | 'loading' | 'gone' | 'stays' | 'chat' | 'consent' | 'complaint' | 'interview' | 'emergency' | 'ask' | 'waiting' | 'nobody' | 'letter' | 'visit' | 'ended' | 'left'

/** Undefined: not read yet. */
export interface Known {
  /** Null: the house knows of no screen here. */
  screen: ScreenOut | null | undefined
  intake: Pick<Intake, 'outcome'> | undefined
  visit: { state: VisitState } | undefined
  /** What was answered about the conversation; the house keeps a no and "not asked" alike. */
  isChatAsked: boolean
}

const OF_VISIT: Readonly<Record<VisitState, Step>> = {
  waiting: 'waiting',
  nobody: 'nobody',
  left_message: 'letter',
  active: 'visit',
  ended: 'ended',
  cancelled: 'ended',
}

export function stepOf({ screen, intake, visit, isChatAsked }: Known): Step {
  if (screen === undefined) return 'loading'
  if (screen === null) return 'gone'
  if (screen.state === 'emergency') return 'emergency'
  // Whatever stands open goes on, also after a reload; wishes are asked before anything was told.
  if (screen.consultation_id !== null) return visit ? OF_VISIT[visit.state] : 'loading'
  if (screen.state === 'left' || screen.state === 'ended') return 'left'
  if (screen.intake_id !== null) return intake ? ofIntake(intake) : 'loading'
  if (screen.stays === null) return 'stays'
  if (screen.stays && !isChatAsked && !screen.chat_shared) return 'chat'
  return screen.consents?.length ? 'consent' : 'complaint'
}

function ofIntake({ outcome }: Pick<Intake, 'outcome'>): Step {
  if (outcome === 'emergency') return 'emergency'
  return outcome === 'ready' ? 'ask' : 'interview'
}

/** Not that of a doctor who had the visit before, which a page may still have in hand. */
export function isOfThisDoctor(call: Pick<CallOut, 'asked_at'>, { accepted_at }: Pick<Visit, 'accepted_at'>): boolean {
  return accepted_at !== null && Date.parse(call.asked_at) >= Date.parse(accepted_at)
}

/** Where a visit has just been taken and nobody has rung yet, the screen rings by itself; once for each doctor, whatever came of it. */
export function ringsItself({ step, channel, rung, mayRing, hasCall }: { step: Step; channel: string; rung: boolean; mayRing: boolean; hasCall: boolean }): boolean {
  return step === 'visit' && channel === 'video' && !rung && mayRing && !hasCall
}

/** Read aloud when it comes: but not over a person who speaks, and not what is gone. */
export const isReadAloud = (step: Step): boolean => !['loading', 'gone', 'visit'].includes(step)

/** The patient may be asked for the screen: nothing of theirs goes on. */
export const isOver = (step: Step): boolean => ['gone', 'ended', 'left', 'emergency', 'letter'].includes(step)
