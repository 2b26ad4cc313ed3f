/** The patient's door to earlier diagnoses. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Me, Page } from '@/shared/api/contract'
import type { DiagnosisName, Proof, ProofTerms, VisitProof } from '@/shared/api/proofs'
import { API, http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

const PAGE = 20

export interface NewProof {
  patient_id: string
  kind: string
  diagnosis_code: string
  diagnosis: string
  hospital: string
  issued_on: string
  file_ids: string[]
}

export const proofs = {
  add: (form: NewProof, key: string) => http.post<{ id: string }>('/proofs', form, key),
  withdraw: (id: string, key: string) => http.post<Proof>(`/proofs/${id}/withdraw`, {}, key),
  show: ({ visit, proof }: { visit: string; proof: string }, key: string) =>
    http.post<{ items: VisitProof[] }>(`/consultations/${visit}/proofs`, { proof_id: proof }, key),
  find: (words: string, signal: AbortSignal) => http.get<{ items: DiagnosisName[] }>(`/diagnoses?q=${encodeURIComponent(words)}`, signal),
}

export const ownFile = (proof: string, file: string, size: 'thumb' | 'full'): string => `${API}/proofs/${proof}/files/${file}?size=${size}`

/** The same question, under the same key, as the family's pages ask. */
export const useMe = () => useQuery({ queryKey: ['me'], queryFn: ({ signal }) => http.get<Me>('/people/me', signal) })

export const useTerms = () =>
  useQuery({ queryKey: ['proofs', 'terms'], queryFn: ({ signal }) => http.get<ProofTerms>('/proof-terms', signal), staleTime: Infinity })

export const useProofs = (patient: () => string) =>
  useInfiniteQuery({
    queryKey: computed(() => ['proofs', 'of', patient()]),
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Proof>>(`/proofs?patient_id=${patient()}&limit=${PAGE}${pageParam ? `&after=${pageParam}` : ''}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: computed(() => patient() !== ''),
    // A doctor may have judged since this device kept the list; also asked when the person is known only later.
    staleTime: 0,
  })

export const useProof = (id: () => string) =>
  useQuery({ queryKey: computed(() => ['proofs', 'one', id()]), queryFn: ({ signal }) => http.get<Proof>(`/proofs/${id()}`, signal), staleTime: 0 })

export const visitProofsKey = (visit: string): string[] => ['proofs', 'visit', visit]

export function useVisitProofs(visit: () => string) {
  const query = useQuery({
    queryKey: computed(() => visitProofsKey(visit())),
    queryFn: ({ signal }) => http.get<{ items: VisitProof[] }>(`/consultations/${visit()}/proofs`, signal),
  })
  const queries = useQueryClient()
  useEvents(['ProofShown', 'ProofJudged', 'ProofWithdrawn'], (event) => {
    if (event !== null && event.data['consultation_id'] !== visit()) return
    void query.refetch()
    // What the visit is, advice or follow-up, stands above this line.
    void queries.invalidateQueries({ queryKey: ['visits', 'one', visit()] })
    for (const name of ['of', 'one']) void queries.invalidateQueries({ queryKey: ['proofs', name] })
  })
  return query
}
