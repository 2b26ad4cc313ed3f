import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

import type { Chosen, HistoryFile, RecordLine, VisitsPage } from './types'

/** `a=b&c=d` of what is not empty. */
export function asked(values: Record<string, string | null>): string {
  const found = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value) found.set(name, value)
  return found.toString()
}

export const useVisits = (chosen: () => Chosen) =>
  useInfiniteQuery({
    queryKey: computed(() => ['history', 'visits', { ...chosen() }]),
    queryFn: ({ pageParam, signal }) => http.get<VisitsPage>(`/history/visits?${asked({ ...chosen(), after: pageParam })}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })

export const useRecords = (chosen: () => Chosen) =>
  useInfiniteQuery({
    queryKey: computed(() => ['history', 'records', { ...chosen(), state: '' }]),
    queryFn: ({ pageParam, signal }) => http.get<Page<RecordLine>>(`/history/records?${asked({ ...chosen(), state: '', after: pageParam })}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })

export const useFiles = (patient: () => string, kind: () => string) =>
  useInfiniteQuery({
    queryKey: computed(() => ['history', 'files', patient(), kind()]),
    queryFn: ({ pageParam, signal }) => http.get<Page<HistoryFile>>(`/history/files?${asked({ patient: patient(), kind: kind(), after: pageParam })}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
