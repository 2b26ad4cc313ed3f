/** The board of sites and their administration, as the server keeps them (care/sites). */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'
import { line } from '@/shared/live/line'
import { useNow } from '@/shared/time/useNow'
import { useSearchWords } from '@/shared/ui/useSearchWords'

import { freshness } from './rows'
import type { SiteIn, SiteInstrument, SiteRow, SitesBoard, SiteWhole, WalkInLine } from './types'

const POLL_MS = 10_000
const SOON_MS = 2_000
const BOARD = ['sites-board']
const SITES = ['sites']

/** Asked anew every ten seconds, and soon after something happened at a site. */
export function useSitesBoard() {
  const now = useNow(1000)
  const queries = useQueryClient()
  let timer: ReturnType<typeof setTimeout> | undefined
  useEvents(['SiteSilent', 'SiteHeard', 'SiteRetired', 'WalkInRegistered', 'WalkInMoved'], () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void queries.invalidateQueries({ queryKey: BOARD })
    }, SOON_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const query = useQuery({ queryKey: BOARD, queryFn: ({ signal }) => http.get<SitesBoard>('/sites/board', signal), refetchInterval: POLL_MS, refetchIntervalInBackground: true })
  const ageMs = computed(() => Math.max(0, now.value - query.dataUpdatedAt.value))
  const fresh = computed(() => freshness(line.state.value === 'offline', ageMs.value))
  return { query, board: computed(() => query.data.value), now, ageMs, fresh }
}

export const useWalkIns = (site: () => string) =>
  useQuery({
    queryKey: computed(() => ['sites-walk-ins', site()]),
    queryFn: ({ signal }) => http.get<{ items: WalkInLine[] }>(`/sites/${site()}/walk-ins`, signal),
    enabled: () => site() !== '',
    refetchInterval: POLL_MS,
  })

export const useSites = () => useQuery({ queryKey: SITES, queryFn: ({ signal }) => http.get<{ items: SiteRow[] }>('/sites', signal) })

export const useSite = (id: () => string) =>
  useQuery({ queryKey: computed(() => [...SITES, id()]), queryFn: ({ signal }) => http.get<SiteWhole>(`/sites/${id()}`, signal), enabled: () => id() !== '' })

/** What was changed is read anew. */
export function useSitesAnew(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: SITES })
}

export interface Assistant {
  id: string
  username: string
  display_name: string
  is_active: boolean
}

/** Accounts with the role of a site's assistant, by name or user name. */
export function useAssistantSearch() {
  const { words, asked } = useSearchWords()
  const query = useQuery({
    queryKey: computed(() => ['site-assistants', asked.value]),
    queryFn: ({ signal }) => http.get<{ items: Assistant[] }>(`/staff-accounts?${new URLSearchParams({ role: 'site_assistant', words: asked.value }).toString()}`, signal),
  })
  return { words, query }
}

const of = (id: string): string => `/sites/${id}`

export const sites = {
  make: (form: SiteIn, key: string) => http.post<SiteWhole>('/sites', form, key),
  change: ({ id, form }: { id: string; form: SiteIn }) => http.put<SiteWhole>(of(id), form),
  enrolment: (id: string, key: string) => http.post<{ code: string; expires_at: string }>(`${of(id)}/enrolments`, {}, key),
  revoke: ({ id, device }: { id: string; device: string }) => done(http.delete(`${of(id)}/devices/${device}`)),
  addStaff: ({ id, user }: { id: string; user: string }) => done(http.put(`${of(id)}/staff/${user}`, {})),
  dropStaff: ({ id, user }: { id: string; user: string }) => done(http.delete(`${of(id)}/staff/${user}`)),
  addDoctor: ({ id, doctor }: { id: string; doctor: string }) => done(http.put(`${of(id)}/doctors/${doctor}`, {})),
  dropDoctor: ({ id, doctor }: { id: string; doctor: string }) => done(http.delete(`${of(id)}/doctors/${doctor}`)),
  addInstrument: ({ id, one }: { id: string; one: SiteInstrument }) => done(http.put(`${of(id)}/instruments/${encodeURIComponent(one.serial)}`, { kind: one.kind, model: one.model })),
  dropInstrument: ({ id, serial }: { id: string; serial: string }) => done(http.delete(`${of(id)}/instruments/${encodeURIComponent(serial)}`)),
  gateway: (id: string, key: string) => http.post<{ token: string }>(`${of(id)}/gateway-token`, {}, key),
}
