/** Days replayed under another policy. */
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

const WATCHED_MS = 1_500
export const REPLAYS = ['replays']

export interface Replay {
  id: string
  /** A date. */
  day: string
  against: string
  policy: string
  asked_by: string
  asked_at: string
  state: 'asked' | 'running' | 'done' | 'failed'
  progress_pct: number
  finished_at: string | null
  failure: Text | null
}

export interface Choices {
  days: string[]
  policies: Record<string, Text>
}

export interface Measured {
  key: string
  text: Text
  values: (number | null)[]
  /** The second policy less the first, with an interval of 95 %. */
  change: number | null
  low: number | null
  high: number | null
  verdict: 'better' | 'worse' | 'unsure' | ''
}

export interface Kept {
  key: string
  text: Text
  promise_s: number | null
  requests: number
  in_time_pct: (number | null)[]
  mean_s: (number | null)[]
  p95_s: (number | null)[]
  lived_in_time_pct: number | null
  lived_mean_s: number | null
}

export interface Report {
  requests: number
  runs: number
  policies: { name: string; about: Text; colour: string }[]
  measures: Measured[]
  urgencies: Kept[]
  departments: Kept[]
  drawings: { title: Text; zh: string; en: string }[]
}

export interface ReplayAnswer {
  replay: Replay
  report: Report | null
}

export interface Asked {
  day: string
  against: string
  policy: string
}

export const isUnderWay = (replay: Replay | undefined): boolean => replay?.state === 'asked' || replay?.state === 'running'

export const askReplay = (asked: Asked, key: string): Promise<Replay> => http.post<Replay>('/dispatch/replays', asked, key)

export const useReplays = () =>
  useInfiniteQuery({
    queryKey: REPLAYS,
    queryFn: ({ pageParam, signal }) => http.get<Page<Replay>>(`/dispatch/replays${pageParam ? `?before=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some(isUnderWay)) ? WATCHED_MS : false),
  })

export const useReplay = (id: () => string) =>
  useQuery({
    queryKey: computed(() => ['replay', id()]),
    queryFn: ({ signal }) => http.get<ReplayAnswer>(`/dispatch/replays/${id()}`, signal),
    // Each look at a report is a line of the audit: what is done is not looked at again unasked.
    refetchInterval: (query) => (isUnderWay(query.state.data?.replay) ? WATCHED_MS : false),
    refetchOnWindowFocus: false,
  })

export const useChoices = () => useQuery({ queryKey: ['replay-choices'], queryFn: ({ signal }) => http.get<Choices>('/dispatch/replay-choices', signal) })
