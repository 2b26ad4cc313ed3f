/** Offers that wait for this doctor's answer, newest knowledge from the feed. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import { useAct } from '@/shared/api/act'
import { API, bodyOf, exchange, http } from '@/shared/api/http'
import { problemFrom } from '@/shared/api/problem'
import { useEvents } from '@/shared/live/events'

import { skewFrom } from './countdown'
import type { Offer, Page } from './types'

const KEY = ['offers']
export const REFUSALS = ['busy', 'not_my_field', 'needs_senior', 'conflict', 'other'] as const
export type RefusalReason = (typeof REFUSALS)[number]

export interface RefuseOffer {
  offer: string
  reason: RefusalReason
  note: string
}

export function useOffers(accepted: (consultation: string) => void) {
  const queries = useQueryClient()
  const skew = ref(0)

  async function read(signal: AbortSignal): Promise<Offer[]> {
    const response = await exchange('GET', `${API}/offers`, { signal })
    const body = await bodyOf(response)
    if (!response.ok) throw problemFrom(response.status, body)
    skew.value = skewFrom(response.headers.get('Date'), Date.now())
    return (body as Page<Offer>).items
  }

  // The feed brings offers at once; the slow poll is for the day the feed does not.
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => read(signal), refetchInterval: 10_000 })
  const refresh = () => queries.invalidateQueries({ queryKey: KEY })
  useEvents(['OfferMade', 'OfferClosed'], () => void refresh())

  const accept = useAct(async (offer: string, key) => {
    try {
      const answer = await http.post<{ consultation_id: string }>(`/offers/${offer}/accept`, {}, key)
      await queries.invalidateQueries({ queryKey: ['visits'] })
      accepted(answer.consultation_id)
    } finally {
      await refresh()
    }
  })
  const refuse = useAct(async (refusal: RefuseOffer, key) => {
    const note = refusal.note.trim()
    const body = note ? { reason: refusal.reason, note } : { reason: refusal.reason }
    try {
      await http.post(`/offers/${refusal.offer}/refuse`, body, key)
      return true
    } finally {
      await refresh()
    }
  })

  function forget(): void {
    accept.problem.value = null
    refuse.problem.value = null
  }

  return { forget, query, offers: computed(() => query.data.value ?? []), skew, accept, refuse, refresh }
}
