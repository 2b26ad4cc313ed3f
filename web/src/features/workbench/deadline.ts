/** What runs out next in an open visit: the doctor's turn to answer, the patient's, or the visit itself. */

import type { Message } from '@/shared/live/protocol'

import type { Visit } from './types'

/** The clocks of the house (lifecycle `consultation`); whatever the server says later than the last message counts more. */
const REPLY_MS = 5 * 60_000
const ANSWER_MS = 30 * 60_000
export const HURTS_MS = 60_000
const SECONDS_BELOW_MS = 10 * 60_000

export type Step = 'no_reply' | 'patient_absent' | 'time_over'

export interface Deadline {
  at: number
  step: Step
}

type Spoken = Pick<Message, 'sender' | 'at' | 'seq'>
type Timed = Pick<Visit, 'accepted_at' | 'due_at' | 'due_step' | 'closes_at' | 'last_seq' | 'in_call_since'>

const isStep = (step: string): step is Step => step === 'no_reply' || step === 'patient_absent' || step === 'time_over'

function newest(messages: readonly Spoken[], sender: Spoken['sender']): number {
  const found = messages.findLast((message) => message.sender === sender)
  return found ? Date.parse(found.at) : 0
}

export function deadlineOf(visit: Timed, messages: readonly Spoken[]): Deadline | null {
  if (visit.in_call_since) return null
  const [patient, doctor] = [newest(messages, 'patient'), newest(messages, 'doctor')]
  if ((messages.findLast((message) => message.sender !== 'system')?.seq ?? 0) <= visit.last_seq) return visit.due_at && isStep(visit.due_step) ? { at: Date.parse(visit.due_at), step: visit.due_step } : null
  const asked = Math.max(patient, visit.accepted_at ? Date.parse(visit.accepted_at) : 0)
  const next: Deadline = doctor < asked ? { at: asked + REPLY_MS, step: 'no_reply' } : { at: doctor + ANSWER_MS, step: 'patient_absent' }
  const closes = visit.closes_at ? Date.parse(visit.closes_at) : Infinity
  return closes <= next.at ? { at: closes, step: 'time_over' } : next
}

export interface Left {
  ms: number
  /** `4:32` below ten minutes, else null: then it is told in words. */
  clock: string | null
  hurts: boolean
}

export function leftOf(deadline: Deadline, now: number): Left {
  const ms = Math.max(0, deadline.at - now)
  const seconds = Math.ceil(ms / 1000)
  const clock = ms < SECONDS_BELOW_MS ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : null
  return { ms, clock, hurts: deadline.step === 'no_reply' && ms <= HURTS_MS }
}
