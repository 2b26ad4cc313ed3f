/** Earlier visits of the patient who is treated now; every reading is told to the patient. */

import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { API, http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import type { Message } from '@/shared/live/protocol'

interface Head {
  id: string
  department: { slug: string; name: Text }
  kind_text: Text
  complaint: string
  ending_text: Text
  doctor: { name: Text; title: Text } | null
  asked_by: { role: string; relation: Text }
  requested_at: string
  ended_at: string
}

export interface EarlierLine extends Head {
  signed_version: number | null
  diagnoses: { code: string; zh: string; en: string }[]
  files: number
}

export interface EarlierFile {
  seq: number
  kind: 'picture' | 'voice' | 'document'
  file_id: string
  name: string
  width: number | null
  height: number | null
  milliseconds: number | null
  pages: number | null
  bytes: number | null
  at: string
}

/** As the record of a visit is read; the page shows it. */
export type EarlierFields = Record<string, unknown>

export interface EarlierVisit extends Head {
  allergies: string | null
  summary: { question: Text; answer: Text }[]
  stopped: { reason: Text; advice: string; hospital: string; department: string; urgency: Text } | null
  version: { version: number; signed_at: string; doctor: { name: Text }; fields: EarlierFields } | null
  files: EarlierFile[]
  last_seq: number
}

interface Page<T> {
  items: T[]
  next: string | null
}

const PAGE = 20
const MESSAGES = 100
const pathOf = (visit: string, earlier: string): string => `/consultations/${visit}/earlier/${earlier}`
/** What stands in place of a visit's id where files are shown: the way to it through the open visit. */
export const through = (visit: string, earlier: string): string => `${visit}/earlier/${earlier}`
export const pictureOf = (visit: string, earlier: string, file: string, size: 'thumb' | 'full'): string => `${API}${pathOf(visit, earlier)}/pictures/${file}?size=${size}`

export function useEarlier(visit: () => string) {
  return useInfiniteQuery({
    queryKey: computed(() => ['earlier', visit()]),
    queryFn: ({ pageParam, signal }) => http.get<Page<EarlierLine>>(`/consultations/${visit()}/earlier?limit=${PAGE}${pageParam ? `&after=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Infinity,
    meta: { keep: false },
  })
}

export function useEarlierVisit(visit: () => string, earlier: () => string) {
  return useQuery({
    queryKey: computed(() => ['earlier', visit(), earlier()]),
    queryFn: ({ signal }) => http.get<EarlierVisit>(pathOf(visit(), earlier()), signal),
    staleTime: Infinity,
    meta: { keep: false },
  })
}

/** Newest page first; the pages before it as they are asked for. */
export function useEarlierThread(visit: () => string, earlier: () => string) {
  return useInfiniteQuery({
    queryKey: computed(() => ['earlier', visit(), earlier(), 'messages']),
    queryFn: ({ pageParam, signal }) =>
      http.get<{ messages: Message[]; last_seq: number }>(`${pathOf(visit(), earlier())}/messages?limit=${MESSAGES}${pageParam ? `&before=${pageParam}` : ''}`, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => {
      const first = last.messages[0]?.seq ?? 1
      return first > 1 ? first : undefined
    },
    staleTime: Infinity,
    meta: { keep: false },
  })
}
