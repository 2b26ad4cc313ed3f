import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Access, Closing, Export, Me, Page, Proxy, ProxyQuestion, VisitLine } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

const LOOK_AGAIN_MS = 3_000

/** Asked anew by each page: what a relative has just answered, or a new text, decides what may be done. */
export const useMe = () => useQuery({ queryKey: ['me'], queryFn: ({ signal }) => http.get<Me>('/people/me', signal), staleTime: 0 })

/** The same question, under the same key, as the first page asks. */
export const useOpenVisits = () =>
  useQuery({ queryKey: ['visits', 'open'], queryFn: ({ signal }) => http.get<Page<VisitLine>>('/consultations?as=patient&state=open', signal) })

/** While one is being made it is asked for again and again. */
export const useExports = () =>
  useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => http.get<Page<Export>>('/exports', signal),
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.state === 'asked') ? LOOK_AGAIN_MS : false),
  })

export const useClosing = () => useQuery({ queryKey: ['closing'], queryFn: ({ signal }) => http.get<Closing>('/account/closing', signal) })

export const useQuestion = (token: () => string) =>
  useQuery({
    queryKey: computed(() => ['question', token()]),
    // The session brings the cookie that every act needs; a stranger to the house has none yet.
    queryFn: async () => {
      await http.get('/session')
      return http.post<ProxyQuestion>('/proxy-consents/look', { token: token() })
    },
    enabled: () => token() !== '',
    meta: { keep: false },
    retry: false,
  })

export interface NewPerson {
  name: string
  id_type: string
  id_number: string
  relation: string
  sensitive_data_consent: boolean
  is_guardian: boolean
}

export interface Answered {
  token: string
  answer: 'agree' | 'refuse' | 'withdraw'
  id_tail: string
}

export const people = {
  register: (person: NewPerson, key: string) => http.post<{ id: string }>('/patients', person, key),
  propose: (person: NewPerson, key: string) => http.post<{ id: string }>('/merge-proposals', person, key),
  consent: (given: { kind: string; version: string }, key: string) => http.post('/consents', given, key),
  withdraw: (kind: string, key: string) => http.post<object>(`/consents/${kind}/withdraw`, {}, key),
  askRelative: (asked: { patient: string; phone: string }, key: string) => http.post<Proxy>(`/patients/${asked.patient}/proxy-consent`, { phone: asked.phone }, key),
  answer: (given: Answered, key: string) => http.post<ProxyQuestion>('/proxy-consents/answer', given, key),
  askExport: (_: null, key: string) => http.post<Export>('/exports', {}, key),
  closingCode: (_: null, key: string) => http.post<{ phone_masked: string }>('/account/closing/code', {}, key),
  /** An answer without a body is `null`: told from a failure by `true`. */
  close: async (code: string, key: string): Promise<true> => {
    await http.post('/account/closing', { code }, key)
    return true
  },
  readers: (patient: string, before: string | null) =>
    http.get<Page<Access>>(`/patients/${patient}/access-log${before ? `?before=${encodeURIComponent(before)}` : ''}`),
}
