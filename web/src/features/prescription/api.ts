/** The patient's door to prescriptions. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import { done } from '@/shared/api/act'
import type { Doctor, Me, Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import { CONSENT_EVENTS, RX_EVENTS, type ConsentState, type Rx, type RxItem, type RxRow } from '@/shared/api/prescriptions'
import { useEvents } from '@/shared/live/events'
import type { LiveEvent } from '@/shared/live/protocol'

const PAGE = 20
const MOST = 50

const SAME_TICKET: ReadonlySet<string> = new Set(['PrescriptionPassedOn', 'PrescriptionDocumentMade'])

/** Each reading of the ticket is noted as an opening: it is not read again for what leaves it as it is. */
export const movesTicket = (event: LiveEvent | null): boolean => event === null || !SAME_TICKET.has(event.kind)

/** Any step may change what is shown anywhere. */
function useFresh(): void {
  const queries = useQueryClient()
  useEvents(RX_EVENTS, (event) => {
    void queries.invalidateQueries({ queryKey: ['prescriptions'] })
    if (movesTicket(event)) void queries.invalidateQueries({ queryKey: ['ticket'] })
  })
}

/** All of one visit, newest first. */
export function useOfVisit(visit: () => string) {
  useFresh()
  const query = useQuery({
    queryKey: computed(() => ['prescriptions', 'visit', visit()]),
    queryFn: ({ signal }) => everyOfVisit(visit(), signal),
    enabled: computed(() => visit() !== ''),
    staleTime: 0,
  })
  return computed(() => query.data.value ?? [])
}

/** Page by page: a visit seldom has more than one. */
export async function everyOfVisit(visit: string, signal?: AbortSignal): Promise<RxRow[]> {
  const found: RxRow[] = []
  let after: string | null = ''
  while (after !== null) {
    const page: Page<RxRow> = await http.get<Page<RxRow>>(`/prescriptions?consultation_id=${visit}&limit=${MOST}${after ? `&after=${after}` : ''}`, signal)
    found.push(...page.items)
    after = page.next
  }
  return found
}

export function usePrescriptions(patient: () => string) {
  useFresh()
  return useInfiniteQuery({
    queryKey: computed(() => ['prescriptions', 'list', patient()]),
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<RxRow>>(`/prescriptions?limit=${PAGE}${patient() ? `&patient_id=${patient()}` : ''}${pageParam ? `&after=${pageParam}` : ''}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
}

export function usePrescription(id: () => string) {
  useFresh()
  return useQuery({ queryKey: computed(() => ['prescriptions', 'one', id()]), queryFn: ({ signal }) => http.get<Rx>(`/prescriptions/${id()}`, signal), staleTime: 0 })
}

/** What the patient is asked to agree to: the words, and what stands of the answer. */
export interface Consent {
  consultation_id: string
  patient_id: string
  doctor: Doctor
  state: ConsentState
  asked_at: string
  due_at: string
  answered_at: string | null
  sheet_sha256: string
  diagnoses: { code: string; name_zh: string; name_en: string }[]
  items: RxItem[]
  days: number
  longer_reason: string
  evaluation: string
}

export function useConsent(id: () => string) {
  const queries = useQueryClient()
  useEvents([...RX_EVENTS, ...CONSENT_EVENTS], () => void queries.invalidateQueries({ queryKey: ['rx-consent'] }))
  return useQuery({ queryKey: computed(() => ['rx-consent', id()]), queryFn: ({ signal }) => http.get<Consent>(`/prescriptions/${id()}/consent`, signal), staleTime: 0, gcTime: 0 })
}

/** `sha`: of the words that were read. */
export const answerConsent = ({ id, answer, sha }: { id: string; answer: 'signed' | 'declined' | 'withdrawn'; sha: string }, key: string) =>
  done(http.post(`/prescriptions/${id}/consent/answer`, { answer, sheet_sha256: sha }, key))

/** Asked for only when it is looked at, since each reading is noted; kept nowhere. */
export const useTicket = (id: () => string, wanted: () => boolean) =>
  useQuery({ queryKey: computed(() => ['ticket', id()]), queryFn: ({ signal }) => http.get<{ token: string }>(`/prescriptions/${id()}/ticket`, signal), enabled: computed(wanted), gcTime: 0, staleTime: 0 })

/** For whom of the family. The same question, under the same key, as the family's pages ask. */
export function usePatient(id: () => string | undefined) {
  const { data } = useQuery({ queryKey: ['me'], queryFn: ({ signal }) => http.get<Me>('/people/me', signal) })
  return computed(() => data.value?.patients.find((one) => one.id === id()))
}
