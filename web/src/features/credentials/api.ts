/** Applications of doctors, licences and hand-overs, as the server keeps them (A06). */
import { useInfiniteQuery, useQuery, type QueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import type { FieldProblem, Refusal, Text } from '@/shared/api/problem'

export interface Form {
  name_zh: string
  name_en: string
  title_code: string
  departments: string[]
  certificate_number: string
  licence_number: string
  licence_from: string | null
  licence_until: string | null
  registered_place: string
  registered_here: boolean
  multi_site_filed: boolean
  filing_number: string
  filed_until: string | null
  hospital_zh: string
  hospital_en: string
  hospital_grade: string
  hospital_consented: boolean
  independent_since: string | null
  full_time: boolean
  good_at: string
}

export interface Evidence {
  file_id: string
  kind: string
  file_kind: string
  name: string
  sha256: string
}

export interface Step {
  step: string
  text: Text
  at: string
  by: string
  reason: string
  evidence_hash: string
}

export interface Difference {
  field: string
  before: unknown
  after: unknown
}

export type State = 'draft' | 'submitted' | 'checked' | 'returned' | 'approved' | 'refused' | 'withdrawn' | 'lapsed'

export interface Application {
  id: string
  kind: 'join' | 'renewal'
  state: State
  since: string
  revision: number
  institution: Text
  form: Form
  id_number: string
  files: Evidence[]
  evidence_hash: string
  missing: FieldProblem[]
  objections: Refusal[]
  differences: Difference[]
  steps: Step[]
  may: string[]
  due_at: string | null
  reason: string
  checked_by: string
  approved_by: string
  practitioner_id: string | null
}

export interface Term {
  code: string
  text: Text
}

export interface Terms {
  titles: Term[]
  departments: Term[]
  grades: Term[]
  evidence: Term[]
  needed: string[]
  needed_elsewhere: string[]
  institutions: { id: string; name: Text }[]
  most_files: number
}

export interface ApplicationLine {
  id: string
  kind: 'join' | 'renewal'
  state: State
  since: string
  name: string
  title: Text | null
  departments: string[]
  checked_by: string
  overdue: boolean
  mine: boolean
}

export interface Licence {
  id: string
  practitioner_id: string
  doctor: Text
  institution: Text
  number: string
  valid_from: string
  valid_until: string | null
  registered_here: boolean
  multi_site_filed: boolean
  filing_number: string
  filed_until: string | null
  ends_at: string | null
  days_left: number | null
  state: 'holds' | 'ending' | 'ended' | 'not_begun' | 'suspended'
  suspended_for: string
}

export interface HandOver {
  id: string
  consultation_id: string
  department: { slug: string; name: Text }
  doctor: Text
  reason: string
  reason_text: Text
  urgency: number
  listed_at: string
  due_at: string
}

export interface Saving {
  revision: number
  form: Form
  id_number: string | null
  files: { file_id: string; kind: string }[]
}

export const begin = (institution: string | null, key: string): Promise<Application> => http.post('/applications', { institution_id: institution }, key)
export const save = (id: string, told: Saving): Promise<Application> => http.put(`/applications/${id}`, told)
export const submit = (id: string, revision: number, key: string): Promise<Application> => http.post(`/applications/${id}/submit`, { revision }, key)
export const withdraw = (id: string, key: string): Promise<Application> => http.post(`/applications/${id}/withdraw`, {}, key)
export const answer = (id: string, act: 'check' | 'approve', hash: string, key: string): Promise<Application> => http.post(`/credentials/${id}/${act}`, { evidence_hash: hash }, key)
export const refuse = (id: string, act: 'return' | 'refuse', reason: string, key: string): Promise<Application> => http.post(`/credentials/${id}/${act}`, { reason }, key)
export const setSuspended = (practitioner: string, act: 'suspend' | 'reinstate', reason: string, key: string): Promise<null> => http.post(`/practitioners/${practitioner}/${act}`, { reason }, key)
export const release = (visit: string, key: string): Promise<null> => http.post(`/hand-overs/${visit}/release`, {}, key)

export const useTerms = () => useQuery({ queryKey: ['application-terms'], queryFn: ({ signal }) => http.get<Terms>('/application-terms', signal), staleTime: Infinity })
const OWN = ['own-applications']
export const useOwnApplications = () => useQuery({ queryKey: OWN, queryFn: ({ signal }) => http.get<Page<Application>>('/applications', signal), refetchInterval: 30_000 })
/** The answer of an act: whoever comes back to the page finds it as it was left. */
export function keepOwn(queries: QueryClient, now: Application): void {
  queries.setQueryData<Page<Application>>(OWN, (before) => ({ items: [now, ...(before?.items ?? []).filter((one) => one.id !== now.id)], next: before?.next ?? null }))
}
export const useOwnLicences = () => useQuery({ queryKey: ['own-licences'], queryFn: ({ signal }) => http.get<Page<Licence>>('/licences', signal), refetchInterval: 60_000 })

export const useApplications = (state: () => State) =>
  useInfiniteQuery({
    queryKey: computed(() => ['credentials', state()]),
    queryFn: ({ pageParam, signal }) => http.get<Page<ApplicationLine>>(`/credentials?state=${state()}${pageParam ? `&before=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 30_000,
  })

export const useApplication = (id: () => string) =>
  useQuery({
    queryKey: computed(() => ['credential', id()]),
    queryFn: ({ signal }) => http.get<Application>(`/credentials/${id()}`, signal),
    enabled: computed(() => id() !== ''),
    // Each reading is written down: only a person's own looking counts as one.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    retry: false,
  })

export const useLicences = () =>
  useInfiniteQuery({
    queryKey: ['licences'],
    queryFn: ({ pageParam, signal }) => http.get<Page<Licence>>(`/credentials/licences${pageParam ? `?after=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const useHandOvers = () => useQuery({ queryKey: ['hand-overs'], queryFn: ({ signal }) => http.get<Page<HandOver>>('/hand-overs', signal), refetchInterval: 5_000 })
