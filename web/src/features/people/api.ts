import { useQuery } from '@tanstack/vue-query'

import type { Access, Me, Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

export const useMe = () => useQuery({ queryKey: ['me'], queryFn: ({ signal }) => http.get<Me>('/people/me', signal) })

export interface NewPerson {
  name: string
  id_type: string
  id_number: string
  relation: string
  sensitive_data_consent: boolean
}

export const people = {
  register: (person: NewPerson, key: string) => http.post<{ id: string }>('/patients', person, key),
  consent: (given: { kind: string; version: string }, key: string) => http.post('/consents', given, key),
  withdraw: (kind: string, key: string) => http.post(`/consents/${kind}/withdraw`, {}, key),
  readers: (patient: string, before: string | null) =>
    http.get<Page<Access>>(`/patients/${patient}/access-log${before ? `?before=${encodeURIComponent(before)}` : ''}`),
}
