/** Who waits in this doctor's departments, without names. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'

import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

import type { Page, Waiting } from './types'

const EVENTS = [
  'ConsultationRequested', 'ConsultationReturned', 'ConsultationTransferred', 'ConsultationPassedOn', 'ConsultationWithdrawn', 'ConsultationAccepted', 'DepartmentChanged', 'ConsultationNobodyFound', 'DutyChanged',
]

export function useQueue() {
  const queries = useQueryClient()
  useEvents(EVENTS, () => void queries.invalidateQueries({ queryKey: ['queue'] }))
  return useQuery({
    queryKey: ['queue'],
    queryFn: ({ signal }) => http.get<Page<Waiting>>('/dispatch/queue', signal),
    refetchInterval: 20_000,
  })
}
