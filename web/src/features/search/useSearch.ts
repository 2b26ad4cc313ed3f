import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { http } from '@/shared/api/http'

import type { Answer, Group } from './types'

const FIRST = 5
const MORE = 20

/** Chinese words have two characters, English ones more: one character stands nearly everywhere. */
export const isEnough = (words: string): boolean => words.split(/\s+/).some((word) => Array.from(word).length > 1)

const path = (words: string, more: string): string => `/search?q=${encodeURIComponent(words)}&${more}`

/** What was searched for is not kept on the device beyond its few words. */
export const useSearch = (words: () => string) =>
  useQuery({
    queryKey: computed(() => ['search', words()]),
    queryFn: ({ signal }) => http.get<Answer>(path(words(), `limit=${FIRST}`), signal),
    enabled: () => isEnough(words()),
    meta: { keep: false },
    retry: false,
  })

/** One group to its end. */
export const useGroup = (words: () => string, group: () => Group | null) =>
  useInfiniteQuery({
    queryKey: computed(() => ['search', words(), group()]),
    queryFn: ({ pageParam, signal }) => {
      const after = pageParam ? `&after=${encodeURIComponent(pageParam)}` : ''
      return http.get<Answer>(path(words(), `group=${group() ?? ''}&limit=${MORE}${after}`), signal)
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const name = group()
      return name ? (last[name]?.next ?? null) : null
    },
    enabled: () => group() !== null && isEnough(words()),
    meta: { keep: false },
    retry: false,
  })
