/** Whether this doctor takes patients, and what it takes to begin. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

import type { Duty } from './types'

const KEY = ['duty']

export function useDuty() {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => http.get<Duty>('/duty', signal) })
  const refresh = () => queries.invalidateQueries({ queryKey: KEY })
  useEvents(['DutyChanged', 'OfferClosed', 'ConsultationAccepted', 'ConsultationEnded', 'ConsultationReturned'], () => void refresh())

  const start = useAct(async (capacity: number, key) => {
    await http.post('/duty/start', { capacity }, key)
    await refresh()
  })
  const stop = useAct(async (_: null, key) => {
    await http.post('/duty/stop', {}, key)
    await refresh()
  })
  const check = useAct((code: string, key) => http.post('/duty/identity-check', { code }, key).then(() => true))
  const needsCheck = computed(() => start.problem.value?.body.verdict === 'recheck')

  return { query, isOn: computed(() => Boolean(query.data.value?.on_since)), start, stop, check, needsCheck }
}
