/** Whether this doctor takes patients, and what it takes to begin. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'
import { passkeyAnswer } from '@/shared/passkeys/passkeys'

import type { Duty, Window } from './types'

const KEY = ['duty']

export function useDuty() {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => http.get<Duty>('/duty', signal) })
  const refresh = () => queries.invalidateQueries({ queryKey: KEY })
  useEvents(['DutyChanged', 'OfferClosed', 'ConsultationAccepted', 'ConsultationEnded', 'ConsultationReturned', 'ConsultationTransferred'], () => void refresh())

  const start = useAct(async (capacity: number, key) => {
    await http.post('/duty/start', { capacity }, key)
    await refresh()
  })
  const stop = useAct(async (_: null, key) => {
    await http.post('/duty/stop', {}, key)
    await refresh()
  })
  const here = useAct(async (_: null, key) => {
    queries.setQueryData(KEY, await http.post<Duty>('/duty/here', {}, key))
  })
  const check = useAct((code: string, key) => http.post('/duty/identity-check', { code }, key).then(() => true))
  // Each answer of a passkey is another body: a key kept from the last one would be refused.
  const checkByPasskey = useAct(async () => {
    await http.post('/duty/identity-check/passkey', { credential: await passkeyAnswer() })
    return true
  })
  const needsCheck = computed(() => start.problem.value?.body.verdict === 'recheck')

  return { query, isOn: computed(() => Boolean(query.data.value?.on_since)), start, stop, here, check, checkByPasskey, needsCheck }
}

export interface Named {
  named_a_day: number
  back_at: string | null
}

/** The doctor's own setting; the answer is the whole duty. */
export function useNamed() {
  const queries = useQueryClient()
  return useAct(async (wish: Named) => {
    queries.setQueryData(KEY, await http.put<Duty>('/duty/named', wish))
    return true
  })
}

/** The hours of the week of a part-time doctor; the answer is the whole duty. */
export function useWindows() {
  const queries = useQueryClient()
  return useAct(async (windows: Window[]) => {
    queries.setQueryData(KEY, await http.put<Duty>('/duty/windows', { windows }))
    return true
  })
}
