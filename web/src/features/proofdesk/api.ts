/** The doctor's door to the papers of a visit. */

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { ProofTerms, VisitProof } from '@/shared/api/proofs'
import { API, http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

export interface Finding {
  outcome: 'accepted' | 'not_accepted' | 'condition_changed'
  codes: string[]
  reason: string
  words: string
  after: number
}

/** A diagnosis as the catalogue's picker has it. */
export interface Chosen {
  code: string
  name_zh: string
  name_en?: string | null
}

interface Papers {
  items: VisitProof[]
}

export const papersKey = (visit: string): string[] => ['papers', visit]

export const fileOf = (visit: string, paper: string, file: string, size: 'thumb' | 'full'): string =>
  `${API}/consultations/${visit}/proofs/${paper}/files/${file}?size=${size}`

export const judge = (visit: string, paper: string, finding: Finding, key: string): Promise<Papers> =>
  http.post<Papers>(`/consultations/${visit}/proofs/${paper}/judgements`, finding, key)

export const useTerms = () =>
  useQuery({ queryKey: ['proof-terms'], queryFn: ({ signal }) => http.get<ProofTerms>('/proof-terms', signal), staleTime: Infinity })

export function usePapers(visit: () => string) {
  const query = useQuery({
    queryKey: computed(() => papersKey(visit())),
    queryFn: ({ signal }) => http.get<Papers>(`/consultations/${visit()}/proofs`, signal),
  })
  useEvents(['ProofShown', 'ProofWithdrawn', 'ProofJudged'], (event) => {
    if (event === null || event.data['consultation_id'] === visit()) void query.refetch()
  })
  return query
}
