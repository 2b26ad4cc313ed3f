/** The board's answer: asked anew when something happens, at most once a second, and every few seconds in any case. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'

import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'
import { line } from '@/shared/live/line'
import { useNow } from '@/shared/time/useNow'

import { freshness, type BoardAnswer } from './figures'

const POLL_MS = 5_000
const AT_MOST_EVERY_MS = 1_000
export const BOARD = ['board']

/** What of `keys` is on the screen is read again soon after an event. */
export function useFreshly(keys: readonly string[][], atMostEveryMs = AT_MOST_EVERY_MS): void {
  const queries = useQueryClient()
  let timer: ReturnType<typeof setTimeout> | undefined
  useEvents(['*'], () => {
    timer ??= setTimeout(() => {
      timer = undefined
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
    }, atMostEveryMs)
  })
  onScopeDispose(() => clearTimeout(timer))
}

export function useBoard() {
  const now = useNow(1000)
  useFreshly([BOARD])
  const query = useQuery({ queryKey: BOARD, queryFn: ({ signal }) => http.get<BoardAnswer>('/dispatch/board', signal), refetchInterval: POLL_MS, refetchIntervalInBackground: true })
  const readAt = computed(() => query.dataUpdatedAt.value)
  const ageMs = computed(() => Math.max(0, now.value - readAt.value))
  const fresh = computed(() => freshness(line.state.value === 'offline', ageMs.value))
  return { query, board: computed(() => query.data.value), now, readAt, ageMs, fresh }
}
