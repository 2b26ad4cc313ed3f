/** Visits that ended lately: those without a signed record first, since they still need this doctor. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { http } from '@/shared/api/http'

import type { Page, Visit } from './types'

const READ = 50
const SIGNED_SHOWN = 8

/** A duplicate, or what is no medical matter, needs none. */
export const lacksRecord = (visit: Visit): boolean => visit.record.needed && visit.record.signed_version === null

export function unsignedFirst(visits: readonly Visit[]): Visit[] {
  const unsigned = visits.filter(lacksRecord)
  const signed = visits.filter((visit) => !lacksRecord(visit))
  return [...unsigned, ...signed.slice(0, SIGNED_SHOWN)]
}

/** The key begins with `visits`, so that whatever refreshes the open visits refreshes these. */
export function useEnded() {
  const query = useQuery({
    queryKey: ['visits', 'ended'],
    queryFn: ({ signal }) => http.get<Page<Visit>>(`/consultations?as=doctor&state=ended&limit=${READ}`, signal),
  })
  const ended = computed(() => unsignedFirst(query.data.value?.items ?? []))
  const unsigned = computed(() => ended.value.filter(lacksRecord).length)
  return { query, ended, unsigned }
}
