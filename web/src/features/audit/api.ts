/** The audit's operations. */

import { keepPreviousData, useInfiniteQuery, useQuery, type UseInfiniteQueryReturnType, type UseQueryReturnType, type InfiniteData } from '@tanstack/vue-query'
import type { Ref } from 'vue'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

import { askedOf, type Filters } from './filters'
import type { AuditCheck, AuditLine, AuditWords, Chains, DisputePackage, FoundPerson, Why } from './types'

const WATCHED_MS = 1_500

export const audit = {
  find: (words: string): Promise<Page<FoundPerson>> => http.post('/audit/people', { words }),
  openName: (of: Why & { patient: string }, key: string): Promise<{ id: string; name: string }> =>
    http.post(`/audit/patients/${of.patient}/name`, { reason: of.reason, reference: of.reference }, key),
  check: (_: null, key: string): Promise<AuditCheck> => http.post('/audit/checks', {}, key),
  askPackage: (of: Why & { consultation_id: string }, key: string): Promise<DisputePackage> => http.post('/packages', of, key),
}

export function useLines(filters: Ref<Filters>): UseInfiniteQueryReturnType<InfiniteData<Page<AuditLine>>, Error> {
  return useInfiniteQuery({
    queryKey: ['audit', 'lines', filters],
    queryFn: ({ pageParam, signal }) => http.get<Page<AuditLine>>(`/audit/lines?${askedOf(filters.value, pageParam)}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<AuditLine>) => last.next,
    placeholderData: keepPreviousData,
    // Each look is a line of its own: nothing is looked at again unasked.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
}

export function useWords(): UseQueryReturnType<AuditWords, Error> {
  return useQuery({ queryKey: ['audit', 'words'], queryFn: ({ signal }) => http.get<AuditWords>('/audit/words', signal), staleTime: Infinity })
}

export function useChains(): UseQueryReturnType<Chains, Error> {
  return useQuery({
    queryKey: ['audit', 'chains'],
    queryFn: ({ signal }) => http.get<Chains>('/audit/chains', signal),
    refetchInterval: (query) => (query.state.data?.checks.some((check) => check.state === 'asked') ? WATCHED_MS : false),
  })
}

export function usePackages(): UseInfiniteQueryReturnType<InfiniteData<Page<DisputePackage>>, Error> {
  return useInfiniteQuery({
    queryKey: ['packages'],
    queryFn: ({ pageParam, signal }) => http.get<Page<DisputePackage>>(`/packages${pageParam ? `?before=${pageParam}` : ''}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<DisputePackage>) => last.next,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'asked')) ? WATCHED_MS : false),
  })
}
