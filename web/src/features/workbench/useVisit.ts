/** One visit in full: the list leaves out the interview and the rules of its kind. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'

import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

import type { Visit } from './types'

const EVENTS = ['ConsultationAccepted', 'ConsultationReturned', 'ConsultationEnded', 'RecordSigned', 'RecordAmended', 'ProofJudged', 'ReferralAnswered', 'MeasuredAtSite']

export function useVisit(id: Ref<string | null>) {
  const queries = useQueryClient()
  useEvents(EVENTS, (event) => {
    if (event === null || event.data['consultation_id'] === id.value) void queries.invalidateQueries({ queryKey: ['visit', id.value] })
  })
  return useQuery({
    queryKey: computed(() => ['visit', id.value]),
    queryFn: ({ signal }) => http.get<Visit>(`/consultations/${id.value ?? ''}`, signal),
    enabled: computed(() => id.value !== null),
  })
}
