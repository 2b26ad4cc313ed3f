import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { DepartmentOnDuty, Page, Place } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

const LOOK_AGAIN_MS = 10_000

export const useDepartments = () =>
  useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => http.get<Page<DepartmentOnDuty>>('/dispatch/departments', signal),
    refetchInterval: 2 * LOOK_AGAIN_MS,
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
