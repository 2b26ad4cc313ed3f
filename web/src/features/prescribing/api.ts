/** The doctor's door to prescriptions. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { RX_EVENTS, type Checked } from '@/shared/api/prescriptions'
import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { useEvents } from '@/shared/live/events'

import type { Favourite, Favourites } from './favourites'
import type { SaveAnswer } from './keeper'
import { asKept, asSent, type Form, type Item } from './sheet'
import type { Medicine, Prescription, VisitPage } from './types'

// A session that ended is no reason to give up the words: they wait for whoever signs in again.
const LOST = new Set([403, 404])

export const visitKey = (visit: string): string[] => ['rx', 'visit', visit]
export const oneKey = (id: string): string[] => ['rx', 'one', id]

export const rx = {
  start: ({ visit, sheet, from }: { visit: string; sheet: string; from: string | null }, key: string) =>
    http.post<{ id: string }>(`/consultations/${visit}/prescriptions`, { sheet, copy_from: from }, key),
  read: (id: string) => http.get<Prescription>(`/prescriptions/${id}`),
  check: (id: string) => http.post<Checked>(`/prescriptions/${id}/check`),
  sign: ({ id, revision, overrides }: { id: string; revision: number; overrides: { hit: string; reason: string }[] }, key: string) =>
    http.post<{ version: number }>(`/prescriptions/${id}/sign`, { revision, overrides }, key),
  askConsent: ({ id, revision }: { id: string; revision: number }, key: string) => http.post<{ id: string }>(`/prescriptions/${id}/consent`, { revision }, key),
  discard: (id: string, key: string) => done(http.post(`/prescriptions/${id}/discard`, {}, key)),
  void: ({ id, reason, words }: { id: string; reason: string; words: string }, key: string) => done(http.post(`/prescriptions/${id}/void`, { reason, words }, key)),
  find: (words: string, signal: AbortSignal) => http.get<{ items: Medicine[] }>(`/medicines?q=${encodeURIComponent(words)}`, signal),
}

const FAVOURITES = ['rx favourites']
/** Another device may keep some too; what stands against each is asked again before long. */
const FAVOURITES_FRESH_MS = 60_000

export const favourites = {
  keep: ({ sheet, name, items }: { sheet: string; name: string; items: readonly Item[] }, key: string) => http.post<Favourite>('/favourites', { sheet, name, items: items.map(asKept) }, key),
  rename: ({ id, name }: { id: string; name: string }) => http.put<Favourite>(`/favourites/${id}`, { name }),
  order: (ids: readonly string[]) => done(http.put('/favourites/order', { favourite_ids: ids })),
  remove: (id: string) => done(http.delete(`/favourites/${id}`)),
  restore: (id: string, key: string) => http.post<Favourite>(`/favourites/${id}/restore`, {}, key),
}

/** The doctor's own, with `set` to show a change before it is told, and `again` to ask anew. */
export function useFavourites() {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: FAVOURITES, queryFn: ({ signal }) => http.get<Favourites>('/favourites', signal), staleTime: FAVOURITES_FRESH_MS })
  const all = computed(() => query.data.value?.items ?? [])
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: FAVOURITES })
  async function set(change: (had: Favourite[]) => Favourite[]): Promise<void> {
    await queries.cancelQueries({ queryKey: FAVOURITES })
    queries.setQueryData<Favourites>(FAVOURITES, (had) => had && { ...had, items: change(had.items) })
  }
  return { query, all, again, set }
}

/** `refused` hears what the server finds wrong with the words themselves; saving them again would not help. */
export async function saveSheet(id: string, form: Form, revision: number, refused: (problem: ApiProblem | null) => void): Promise<SaveAnswer> {
  try {
    const answer = await http.put<{ revision: number; quantities: number[] }>(`/prescriptions/${id}`, asSent(form, revision))
    refused(null)
    return { kind: 'saved', ...answer }
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code === 'prescription_changed') return { kind: 'changed', revision: Number(problem.body['revision']) }
    if (problem.refusals.length || problem.status === 422) {
      refused(problem)
      return { kind: 'refused' }
    }
    return { kind: LOST.has(problem.status) || problem.code === 'illegal_step' ? 'closed' : 'failed' }
  }
}

export function useVisitPage(visit: () => string) {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: computed(() => visitKey(visit())), queryFn: ({ signal }) => http.get<VisitPage>(`/consultations/${visit()}/prescriptions`, signal), staleTime: 0 })
  useEvents([...RX_EVENTS, 'ProofJudged'], (event) => {
    if (event === null || event.data['consultation_id'] === visit()) void queries.invalidateQueries({ queryKey: ['rx'] })
  })
  return query
}

const onTheWay = new Map<string, Promise<unknown>>()

/** What was written last is still being saved: who opens the sheet again reads what comes of it. */
export function leaving(id: string, last: Promise<unknown>): void {
  const mine = last.catch(() => undefined).finally(() => onTheWay.get(id) === mine && onTheWay.delete(id))
  onTheWay.set(id, mine)
}

export const usePrescription = (id: () => string) =>
  useQuery({
    queryKey: computed(() => oneKey(id())),
    queryFn: async ({ signal }) => {
      await onTheWay.get(id())
      return http.get<Prescription>(`/prescriptions/${id()}`, signal)
    },
    // Coming back to a sheet must show what was saved last.
    gcTime: 0,
    staleTime: 0,
  })
