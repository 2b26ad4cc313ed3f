/** The steps by which a doctor ends a visit or gives it away. */
import { useQueryClient } from '@tanstack/vue-query'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'

export const STOP_REASONS = ['changed_condition', 'first_visit', 'unsuitable', 'emergency'] as const
export const URGENCIES = ['now', 'today', 'days'] as const
export const HAND_BACK_REASONS = ['not_my_field', 'doctor_unable'] as const
export type HandBackReason = (typeof HAND_BACK_REASONS)[number]

export const CLOSE_REASONS = ['advice_given', 'treated', 'follow_up', 'no_answer', 'asked_to_end', 'duplicate', 'not_medical', 'other'] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]
/** The server decides; these only say which way the dialog leads. */
export const NEED_NO_RECORD: ReadonlySet<string> = new Set(['duplicate', 'not_medical'])
export const RECORD_LATER: ReadonlySet<string> = new Set(['no_answer', 'asked_to_end'])

export interface Closing {
  reason: CloseReason
  note: string
}

export interface Referral {
  reason: (typeof STOP_REASONS)[number] | ''
  advice: string
  hospital: string
  department: string
  booking_url: string
  clinical: string
  urgency: (typeof URGENCIES)[number] | ''
}

export function useVisitSteps(visit: () => string) {
  const queries = useQueryClient()
  async function take(path: string, body: object, key: string, stale = ['visits', 'visit', 'duty']): Promise<true> {
    await http.post(`/consultations/${visit()}/${path}`, body, key)
    await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })))
    return true
  }
  return {
    close: useAct((closing: Closing, key) => take('close', closing, key)),
    stop: useAct((referral: Referral, key) => take('stop', referral, key)),
    noteAnswer: useAct((at: string, key) => take('referral/noted', { at }, key, ['visit', 'due'])),
    // The visit is no longer this doctor's: the page lets go of it before anything asks for it again.
    handBack: useAct((reason: HandBackReason, key) => take('hand-over', { reason }, key, ['duty'])),
  }
}
