import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import type { Page, RatingTags, Summary, Visit, VisitLine, Went } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

const LOOK_AGAIN_MS = 20_000
const PAGE = 20

export type Choice = 'wait' | 'ask_anyone' | 'change_department' | 'leave_message' | 'cancel'

export interface Chosen {
  visit: string
  choice: Choice
  department?: string
}

export interface Given {
  visit: string
  score: number
  tags: string[]
  comment: string
}

export interface Answered {
  visit: string
  went: Went
  words: string
}

export const consultation = {
  open: (asked: { intake_id: string; department: string; practitioner_id?: string; language?: string; channel?: 'text' | 'audio' | 'video'; proof_ids?: string[]; wants_follow_up?: boolean }, key: string) => http.post<{ id: string }>('/consultations', asked, key),
  choose: ({ visit, ...chosen }: Chosen, key: string) => http.post<Visit>(`/consultations/${visit}/choice`, chosen, key),
  answerReferral: ({ visit, ...told }: Answered, key: string) => http.post<Visit>(`/consultations/${visit}/referral/answer`, told, key),
  rate: ({ visit, ...given }: Given, key: string) => http.post(`/consultations/${visit}/rating`, given, key),
}

export const visitKey = (id: string): string[] => ['visits', 'one', id]

/** Events tell of most changes; the clock catches what a lost line did not. */
export const useVisit = (id: () => string) =>
  useQuery({
    queryKey: computed(() => visitKey(id())),
    queryFn: ({ signal }) => http.get<Visit>(`/consultations/${id()}`, signal),
    refetchInterval: LOOK_AGAIN_MS,
  })

export const useOpenVisits = (wanted: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    enabled: computed(() => toValue(wanted)),
    queryKey: ['visits', 'open'],
    queryFn: ({ signal }) => http.get<Page<VisitLine>>('/consultations?as=patient&state=open', signal),
    refetchInterval: LOOK_AGAIN_MS,
  })

export const useHistory = () =>
  useInfiniteQuery({
    queryKey: ['visits', 'all'],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<VisitLine>>(`/consultations?as=patient&limit=${PAGE}${pageParam ? `&after=${encodeURIComponent(pageParam)}` : ''}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })

export const useSummary = (id: () => string) =>
  useQuery({
    queryKey: computed(() => ['visits', 'summary', id()]),
    queryFn: ({ signal }) => http.get<Summary>(`/consultations/${id()}/summary`, signal),
  })

export const useRatingTags = () =>
  useQuery({
    queryKey: ['rating-tags'],
    queryFn: ({ signal }) => http.get<RatingTags>('/rating-tags', signal),
    staleTime: Infinity,
  })
