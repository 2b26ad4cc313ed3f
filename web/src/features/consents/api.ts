import { useQuery } from '@tanstack/vue-query'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export interface ConsentVersion {
  kind: string
  kind_name: Text
  version: string
  text: Text
  min_seconds: number
  in_force_from: string
  state: 'coming' | 'in_force' | 'past'
}

export interface Draft {
  kind: string
  text_zh: string
  text_en: string
  min_seconds: number
  in_force_on: string
}

export const useConsentTexts = () =>
  useQuery({ queryKey: ['consent-texts'], queryFn: ({ signal }) => http.get<{ items: ConsentVersion[] }>('/consent-texts', signal) })

export const consents = {
  publish: (given: { draft: Draft; coming: string | null }, key: string): Promise<true> =>
    given.coming ? done(http.put(`/consent-texts/${given.draft.kind}/${given.coming}`, given.draft)) : done(http.post('/consent-texts', given.draft, key)),
  takeBack: (which: { kind: string; version: string }): Promise<true> => done(http.delete(`/consent-texts/${which.kind}/${which.version}`)),
}
