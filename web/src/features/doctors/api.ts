import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { DepartmentOnDuty, DoctorPage, DoctorsFound, Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

const LOOK_AGAIN_MS = 30_000
const PAGE = 20

export interface Search {
  q: string
  department: string
  title: string
  language: string
  on: boolean
}

export function address(search: Search, after = '', limit = PAGE): string {
  const asked = new URLSearchParams({ limit: String(limit) })
  if (search.q.trim()) asked.set('q', search.q.trim())
  if (search.department) asked.set('department', search.department)
  if (search.title) asked.set('title', search.title)
  if (search.language) asked.set('language', search.language)
  if (search.on) asked.set('on_duty', 'true')
  if (after) asked.set('after', after)
  return `/doctors?${asked.toString()}`
}

export const useDoctors = (search: () => Search) =>
  useInfiniteQuery({
    queryKey: computed(() => ['doctors', 'list', { ...search() }]),
    queryFn: ({ pageParam, signal }) => http.get<DoctorsFound>(address(search(), pageParam), signal),
    initialPageParam: '',
    getNextPageParam: (last: DoctorsFound) => last.next ?? undefined,
    placeholderData: (before) => before,
    staleTime: 0,
  })

export const useDoctor = (id: () => string | undefined) =>
  useQuery({
    queryKey: computed(() => ['doctors', 'one', id()]),
    queryFn: ({ signal }) => http.get<DoctorPage>(`/doctors/${id()}`, signal),
    enabled: computed(() => Boolean(id())),
    // What was kept for reading without a line may be minutes old; who is free now is asked now.
    staleTime: 0,
    refetchOnMount: 'always',
    refetchInterval: LOOK_AGAIN_MS,
    retry: false,
  })

export const useDepartmentNames = () =>
  useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => http.get<Page<DepartmentOnDuty>>('/dispatch/departments', signal),
  })
