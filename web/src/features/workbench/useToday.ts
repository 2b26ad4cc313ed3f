/** What this doctor has to do, and how the days went: two questions to the server. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'

import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import { useEvents } from '@/shared/live/events'

export interface DueItem {
  kind: 'reply' | 'ends' | 'paper' | 'sign' | 'went'
  consultation_id: string
  patient: { id: string; name: string; sex: string; age_text: Text }
  department: { slug: string; name: Text }
  due_at: string | null
  count: number
}

export interface Figures {
  days: number
  since: string
  at: string
  visits: number
  ended: number
  stopped: number
  active: number
  endings: { reason: string; text: Text; count: number }[]
  wait_p50_s: number | null
  wait_p90_s: number | null
  reply_p50_s: number | null
  reply_p90_s: number | null
  offers: number
  accepted: number
  refused: number
  lapsed: number
  refusals: { reason: string; count: number }[]
  ratings: { fewest: number; count: number; mean: number | null; scores: number[] | null }
}

export const SPANS = [1, 7, 30] as const
export type Span = (typeof SPANS)[number]

const EVENTS = ['ConsultationAccepted', 'ConsultationReturned', 'ConsultationTransferred', 'ConsultationEnded', 'RecordSigned', 'ProofShown', 'ProofWithdrawn', 'ProofJudged', 'ReferralAnswered']
const LOOK_AGAIN_MS = 60_000

export function useDue() {
  const queries = useQueryClient()
  useEvents(EVENTS, () => void queries.invalidateQueries({ queryKey: ['due'] }))
  return useQuery({
    queryKey: ['due'],
    queryFn: ({ signal }) => http.get<{ at: string; items: DueItem[] }>('/desk/due', signal),
    refetchInterval: LOOK_AGAIN_MS,
  })
}

export function useFigures(days: Ref<Span>) {
  return useQuery({
    queryKey: computed(() => ['figures', days.value]),
    queryFn: ({ signal }) => http.get<Figures>(`/desk/figures?days=${days.value}`, signal),
    refetchInterval: LOOK_AGAIN_MS,
  })
}
