/** What one was told, and what one has chosen about it. */

import { useInfiniteQuery, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export interface Notice {
  id: string
  kind: string
  text: Text
  link: string
  at: string
  read_at: string | null
}

export interface Notices extends Page<Notice> {
  unread: number
}

export type Channel = 'push' | 'sms' | 'mail'

export interface KindOfNotice {
  kind: string
  label: Text
  urgency: 'always' | 'awaited' | 'calm'
  channels: Partial<Record<Channel, boolean>>
}

export interface Device {
  id: string
  name: string
  added_at: string
  here: boolean
}

export interface NoticeSettings {
  quiet: boolean
  quiet_from: string
  quiet_to: string
  zone: string
  awaited_passes: boolean
  kinds: KindOfNotice[]
  devices: Device[]
  push_key: string
  reachable: Channel[]
}

export type Change = Partial<Pick<NoticeSettings, 'quiet' | 'quiet_from' | 'quiet_to' | 'zone' | 'awaited_passes'>> & {
  choices?: Record<string, Partial<Record<Channel, boolean>>>
}

export const LIST = ['notices', 'list'] as const
export const UNREAD = ['notices', 'unread'] as const
const SETTINGS = ['notices', 'settings'] as const

export const notices = {
  list: (before: string | null) => http.get<Notices>(`/notices${before ? `?before=${encodeURIComponent(before)}` : ''}`),
  unread: () => http.get<{ unread: number }>('/notices/unread'),
  read: (which: { ids: string[] } | { link: string } | { up_to: string }) => http.post<{ unread: number }>('/notices/read', which),
  change: (change: Change) => http.patch<NoticeSettings>('/notices/settings', change),
  addDevice: (device: { endpoint: string; keys: { p256dh: string; auth: string }; name: string }) => http.post<{ id: string }>('/notices/devices', device),
  forgetEndpoint: (endpoint: string) => http.post('/notices/devices/forget', { endpoint }),
  forgetDevice: (id: string) => http.delete(`/notices/devices/${id}`),
}

export const useNotices = () =>
  useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam }) => notices.list(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })

export const useSettings = () =>
  useQuery({ queryKey: SETTINGS, queryFn: ({ signal }) => http.get<NoticeSettings>('/notices/settings', signal), meta: { keep: false } })

/** The answer of a change; one that was asked for before it is older. */
export async function keepSettings(queries: QueryClient, found: NoticeSettings): Promise<void> {
  await queries.cancelQueries({ queryKey: SETTINGS })
  queries.setQueryData(SETTINGS, found)
}

export function useRefresh(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['notices'] })
}
