import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'

import { http } from '../api/http'

export interface Hospital {
  /** Empty when the hospital has not named one. */
  phone: string
  /** Whether patients may come; a hospital that is being set up is not open. */
  open: boolean
  /** Of the place, by its law. */
  emergency_number: string
}

const LOOK_AGAIN_MS = 20_000

/** What everybody may know of this hospital, signed in or not. */
export const useHospital = () =>
  useQuery({ queryKey: ['hospital'], queryFn: ({ signal }) => http.get<Hospital>('/hospital', signal), staleTime: 3_600_000, gcTime: Infinity, refetchInterval: (query) => (query.state.data?.open === false ? LOOK_AGAIN_MS : false) })

/** Before the answer is there, and without a line, the one of the place where the house was written. */
const UNTIL_KNOWN = '120'

export function useEmergencyNumber(): ComputedRef<string> {
  const { data } = useHospital()
  return computed(() => data.value?.emergency_number ?? UNTIL_KNOWN)
}
