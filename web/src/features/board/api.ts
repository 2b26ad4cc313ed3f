/** What stands behind the board's numbers, and what an operator can do about it. */
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import type { Ref } from 'vue'

import type { Page } from '@/shared/api/contract'
import { API, http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import type { Words } from '@/shared/ui/usePlace'

export interface NamedRef {
  id: string
  name: Text
}
export interface DepartmentRef {
  slug: string
  name: Text
}

export interface VisitLine {
  id: string
  /** Masked. */
  patient: string
  department: DepartmentRef
  state: string
  requested_at: string
  accepted_at: string | null
  first_reply_at: string | null
  ended_at: string | null
  ending_text: Text | null
  waited_s: number | null
  doctor: NamedRef | null
  asked: NamedRef | null
  due_at: string | null
  due_who: string
  due_text: Text | null
  extended: boolean
  put_first: boolean
  returned: number
  reminded_at: string | null
  record_signed: boolean
  step_id: number
  /** Where the patient sits, of a visit from a drugstore or a village clinic. */
  site?: NamedRef | null
  /** That the patient asked for. */
  language: { code: string; name: Text } | null
}

export interface DoctorLine {
  id: string
  name: Text
  title: Text
  departments: DepartmentRef[]
  state: 'free' | 'busy' | 'paused' | 'unreachable' | 'off'
  on_since: string | null
  away_until: string | null
  capacity: number
  reserved: number
  paused_at: string | null
  slowed: number
  offers_made: number
  offers_accepted: number
  offers_refused: number
  offers_lapsed: number
}

export interface CourseEvent {
  kind: 'visit' | 'offer' | 'reminder'
  at: string
  text: Text
  who: Text
  doctor: Text | null
  reason: Text | null
  /** Of an offer: what was compared. */
  why: Text | null
}

export interface Course {
  visit: VisitLine
  events: CourseEvent[]
}

export interface AbnormalLine {
  id: string
  kind: string
  text: Text
  /** Null for what is of a site as a whole. */
  department: DepartmentRef | null
  site: { id: string; code: string; name: Text } | null
  consultation_id: string | null
  /** Of a crisis, which has no visit. */
  intake_id: string | null
  doctor: NamedRef | null
  due_at: string
  at: string
  reminded_at: string | null
  settled_at: string | null
  /** Who has acknowledged a crisis, and what was done. */
  settled_by: Text | null
  note: string
}

export type Act = 'reassign' | 'extend' | 'close' | 'off_duty'

export interface Terms {
  reasons: Record<Act, Record<string, Text>>
  abnormal: Record<string, Text>
}

export type { Words }

export const LISTS = ['board-list']
export const COURSE = ['board-course']
const REFETCH_MS = 10_000

export function query(words: Words): string {
  const filled = Object.entries(words).filter(([, value]) => value !== '')
  return new URLSearchParams(filled).toString()
}

function usePages<T>(path: string, words: Ref<Words>) {
  return useInfiniteQuery({
    queryKey: [...LISTS, path, words],
    queryFn: ({ pageParam, signal }) => http.get<Page<T>>(`${path}?${query({ ...words.value, after: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: REFETCH_MS,
    placeholderData: (before) => before,
  })
}

export const useVisits = (words: Ref<Words>) => usePages<VisitLine>('/dispatch/board/visits', words)
export const useDoctors = (words: Ref<Words>) => usePages<DoctorLine>('/dispatch/board/doctors', words)
export const useAbnormal = (words: Ref<Words>) => usePages<AbnormalLine>('/dispatch/abnormal', words)

export const useCourse = (id: Ref<string>) =>
  useQuery({ queryKey: [...COURSE, id], queryFn: ({ signal }) => http.get<Course>(`/dispatch/visits/${id.value}`, signal), refetchInterval: REFETCH_MS })

/** `told`: patients; `taken`: of them by a doctor; `counted`: those on whom `mape_pct` rests. */
export interface ToldError {
  told: number
  taken: number
  counted: number
  told_s: number | null
  waited_s: number | null
  mape_pct: number | null
  mean_error_pct: number | null
  within_pct: number | null
}

export interface ToldWaits {
  totals: ToldError
  departments: (ToldError & { department: DepartmentRef })[]
}

export const useToldWaits = (days: Ref<number>) =>
  useQuery({
    queryKey: ['told-waits', days],
    queryFn: ({ signal }) => http.get<ToldWaits>(`/dispatch/told-waits?days=${days.value}`, signal),
    refetchInterval: 6 * REFETCH_MS,
    placeholderData: (before) => before,
  })

export const useTerms = () => useQuery({ queryKey: ['board-terms'], queryFn: ({ signal }) => http.get<Terms>('/dispatch/board/terms', signal), staleTime: Infinity })

export const useDepartments = () =>
  useQuery({ queryKey: ['board-departments'], queryFn: ({ signal }) => http.get<{ items: DepartmentRef[] }>('/dispatch/departments', signal), staleTime: Infinity })

export const remedies = {
  remind: (id: string, whom: 'doctor' | 'patient', key: string) => http.post<Course>(`/dispatch/visits/${id}/reminders`, { whom }, key),
  act: (id: string, act: 'reassign' | 'extend' | 'close', body: object, key: string) => http.post<Course>(`/dispatch/visits/${id}/${act}`, body, key),
  offDuty: (id: string, body: object, key: string) => http.post(`/dispatch/doctors/${id}/off-duty`, body, key),
  spare: (body: { department: string; spared: boolean }) => http.put<Record<string, never>>('/dispatch/board/spare', body),
  acknowledge: (id: string, note: string, key: string) => http.post<AbnormalLine>(`/dispatch/abnormal/${id}/acknowledgement`, { note }, key),
  remindMany: (ids: string[], key: string) => http.post<{ reminded: number; skipped: number }>('/dispatch/abnormal/reminders', { ids }, key),
}

/** A link: the browser saves what it answers. */
export const exportLink = (words: Words): string => `${API}/dispatch/board/export?${query(words)}`
