/** What the staff alone asks of the house about calls; the rest is shared. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { http } from '@/shared/api/http'
import { calls } from '@/shared/call/api'
import { CALL_EVENTS } from '@/shared/call/events'
import { useEvents } from '@/shared/live/events'

import type { OpenVisit } from './desk'
import type { Card, Invited, PastCall } from './types'

interface Items<T> {
  items: T[]
}

const WATCHED_EVERY_MS = 5_000
const MADE_WITHIN_MS = 10_000

export const readInvitations = (): Promise<Invited[]> => calls.invitations().then(({ items }) => items)

const WORKED_ON: ReadonlySet<string> = new Set(['keeping', 'making'])

export const readCard = (recording: string, signal?: AbortSignal): Promise<Card> => http.get<Card>(`/recordings/${recording}`, signal)
export const viewRecording = (recording: string, purpose: string, key: string): Promise<{ url: string }> => http.post<{ url: string }>(`/recordings/${recording}/views`, { purpose }, key)

export async function openVisits(): Promise<OpenVisit[]> {
  const { items } = await http.get<Items<{ id: string; in_call_since: string | null; patient: { name: string } }>>('/consultations?state=active')
  return items.map(({ id, in_call_since: since, patient }) => ({ id, name: patient.name, isInCall: since !== null }))
}

export function useCallsOfVisit(visit: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: computed(() => ['calls', toValue(visit)]),
    queryFn: ({ signal }) => http.get<Items<PastCall>>(`/consultations/${toValue(visit)}/calls`, signal),
    retry: false,
    // No event tells that a recording has been put together.
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.recording_card && WORKED_ON.has(one.recording_card.state)) ? MADE_WITHIN_MS : false),
  })
  useEvents(CALL_EVENTS, (event) => {
    if (event === null || event.data['consultation_id'] === toValue(visit)) void query.refetch()
  })
  return query
}

/** Lines get better and worse without an event: looked at again and again. */
export function useObservable() {
  return useQuery({
    queryKey: ['calls', 'observable'],
    queryFn: ({ signal }) => calls.observable(signal),
    refetchInterval: WATCHED_EVERY_MS,
  })
}
