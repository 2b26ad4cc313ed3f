/** The steps by which a doctor ends a visit or gives it away. */
import { useQueryClient } from '@tanstack/vue-query'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'

export const STOP_REASONS = ['changed_condition', 'first_visit', 'unsuitable', 'emergency'] as const
export const URGENCIES = ['now', 'today', 'days'] as const
export const HAND_BACK_REASONS = ['not_my_field', 'doctor_unable'] as const
export type HandBackReason = (typeof HAND_BACK_REASONS)[number]

export interface Referral {
  reason: (typeof STOP_REASONS)[number] | ''
  advice: string
  where: string
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
    close: useAct((note: string, key) => take('close', note.trim() ? { note: note.trim() } : {}, key)),
    stop: useAct((referral: Referral, key) => take('stop', referral, key)),
    // The visit is no longer this doctor's: the page lets go of it before anything asks for it again.
    handBack: useAct((reason: HandBackReason, key) => take('hand-over', { reason }, key, ['duty'])),
  }
}
