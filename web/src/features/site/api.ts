import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { http } from '@/shared/api/http'
import type { Message } from '@/shared/live/protocol'
import { site } from '@/shared/site/api'

const LOOK_AGAIN_MS = 15_000

/** Events make it anew at once; the question in between is for a line that was away. */
export const useToday = () => useQuery({ queryKey: ['site', 'today'], queryFn: ({ signal }) => site.today(signal), refetchInterval: LOOK_AGAIN_MS })

export const useWalkIn = (id: () => string) => useQuery({ queryKey: computed(() => ['site', 'walk-in', id()]), queryFn: ({ signal }) => site.walkIn(id(), signal), refetchInterval: LOOK_AGAIN_MS })

export const usePapers = (id: () => string, enabled: () => boolean) =>
  useQuery({ queryKey: computed(() => ['site', 'papers', id()]), queryFn: ({ signal }) => site.papers(id(), signal), enabled, refetchInterval: LOOK_AGAIN_MS })

/** What the instruments of this site have sent and nobody has taken. */
export const useInbox = () => useQuery({ queryKey: ['site', 'inbox'], queryFn: ({ signal }) => site.inbox(null, signal), refetchInterval: LOOK_AGAIN_MS, retry: false })

/** Only where the patient lets the assistant read along. */
export const useSharedChat = (id: () => string, enabled: () => boolean) =>
  useQuery({
    queryKey: computed(() => ['site', 'thread', id()]),
    queryFn: ({ signal }) => http.get<{ messages: Message[]; last_seq: number }>(`/site/walk-ins/${id()}/thread`, signal),
    enabled,
    refetchInterval: LOOK_AGAIN_MS,
  })
