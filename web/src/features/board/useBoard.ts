/** The board's answer: asked anew when something happens, at most once a second, and slowly in any case. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose } from 'vue'

import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

import type { BoardAnswer } from './figures'

const POLL_MS = 15_000
const AT_MOST_EVERY_MS = 1_000
const KEY = ['board']

export function useBoard() {
  const queries = useQueryClient()
  let timer: ReturnType<typeof setTimeout> | undefined
  useEvents(['*'], () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void queries.invalidateQueries({ queryKey: KEY })
    }, AT_MOST_EVERY_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => http.get<BoardAnswer>('/dispatch/board', signal), refetchInterval: POLL_MS })
}
