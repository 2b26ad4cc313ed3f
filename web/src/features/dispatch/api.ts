import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { DepartmentOnDuty, Page, Place } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import { useEvents } from '@/shared/live/events'

const PROMISES_MS = 30_000
const LOOK_AGAIN_MS = 10_000

export const useDepartments = () =>
  useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => http.get<Page<DepartmentOnDuty>>('/dispatch/departments', signal),
    refetchInterval: 2 * LOOK_AGAIN_MS,
  })

/** Of a visit that a doctor has: read once. */
export const useWhy = (visit: () => string) =>
  useQuery({
    queryKey: computed(() => ['why', visit()]),
    queryFn: ({ signal }) => http.get<Place>(`/consultations/${visit()}/place`, signal),
    staleTime: Infinity,
  })

/** The true place of a visit; asked again by the clock, since others move without telling this patient. */
export function usePlace(visit: () => string, wanted: () => boolean) {
  const query = useQuery({
    queryKey: computed(() => ['place', visit()]),
    queryFn: ({ signal }) => http.get<Place>(`/consultations/${visit()}/place`, signal),
    enabled: computed(wanted),
    refetchInterval: LOOK_AGAIN_MS,
  })
  useEvents(['*'], () => {
    if (wanted()) void query.refetch()
  })
  return query
}

export interface PromiseMade {
  kind: 'taken' | 'first_answer' | 'served' | 'specialist'
  text: Text
  due_at: string
  outcome: 'open' | 'kept' | 'broken' | 'void'
  compensation: Text | null
}

/** What a patient was promised for a visit: read anew when its state changes or something happens. */
export function usePromises(visit: () => string, state: () => string) {
  const query = useQuery({
    queryKey: computed(() => ['promises', visit(), state()]),
    queryFn: ({ signal }) => http.get<Page<PromiseMade>>(`/consultations/${visit()}/promises`, signal),
    // A promise that is made later, by a transfer, says nothing of itself.
    refetchInterval: PROMISES_MS,
  })
  useEvents(['PromiseBroken', 'ConsultationAccepted'], () => void query.refetch())
  return query
}
