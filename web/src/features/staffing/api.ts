/** Staff accounts, as the server keeps them (foundation/staffing). */
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'

export interface Reset {
  reason: string
  asked_by: string
  asked_by_name: string
  asked_at: string
  alone_after: string
}

export interface StaffAccount {
  id: string
  username: string
  display_name: string
  roles: string[]
  is_active: boolean
  synthetic: boolean
  has_password: boolean
  has_factor: boolean
  last_seen: string | null
  invited_until: string | null
  reset: Reset | null
}

export interface Link {
  account_id: string
  path: string
  expires_at: string
}

export interface Change {
  id: string
  at: string
  by: string
  by_name: string
  action: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  reason: string
}

interface StaffPage {
  items: StaffAccount[]
  next: string | null
}

export const ROLES = ['doctor', 'pharmacist', 'pharmacy_head', 'assistant', 'site_assistant', 'operator', 'auditor', 'administrator'] as const

export const useStaffAccounts = (words: () => string, role: () => string, waiting: () => boolean) =>
  useInfiniteQuery({
    queryKey: computed(() => ['staff-accounts', words(), role(), waiting()]),
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ words: words(), role: role(), without_password: String(waiting()), after: pageParam })
      return http.get<StaffPage>(`/staff-accounts?${asked.toString()}`, signal)
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const useChanges = (id: () => string) =>
  useQuery({
    queryKey: computed(() => ['staff-changes', id()]),
    queryFn: ({ signal }) => http.get<{ items: Change[] }>(`/staff-accounts/${id()}/changes`, signal),
    enabled: () => id() !== '',
    staleTime: 0,
  })

const of = (id: string): string => `/staff-accounts/${id}`

export const staffing = {
  invite: (form: { username: string; display_name: string; roles: string[]; locale: string }, key: string) => http.post<Link>('/staff-accounts', form, key),
  again: (id: string, key: string) => http.post<Link>(`${of(id)}/invitation`, {}, key),
  roles: (given: { id: string; roles: string[]; before: string[]; reason: string }, key: string): Promise<true> =>
    done(http.post(`${of(given.id)}/roles`, { roles: given.roles, before: given.before, reason: given.reason }, key)),
  act: (given: { id: string; act: 'disable' | 'enable' | 'factor-reset'; reason: string }, key: string): Promise<true> =>
    done(http.post(`${of(given.id)}/${given.act}`, { reason: given.reason }, key)),
  stop: (id: string, key: string): Promise<true> => done(http.post(`${of(id)}/factor-reset/stop`, {}, key)),
  confirm: (id: string, key: string) => http.post<Link>(`${of(id)}/factor-reset/confirm`, {}, key),
  look: async (token: string): Promise<{ username: string; display_name: string; expires_at: string }> => {
    // The session brings the cookie that every act needs; a stranger to the house has none yet.
    await http.get('/session')
    return http.post('/staff-welcome/look', { token })
  },
  begin: (given: { token: string; password: string }, key: string) => http.post<{ username: string }>('/staff-welcome', given, key),
}
