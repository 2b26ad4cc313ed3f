/** The pharmacists' room over the wire. Each reading is written down by the house, so nothing is read without need. */

import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Page } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import type { AllergyAnswer, RxDocument } from '@/shared/api/prescriptions'
import type { Text } from '@/shared/api/problem'

export type Level = 'block' | 'warn' | 'caution' | 'info'

export interface Hit {
  id: string
  kind: string
  level: Level
  rule: string
  /** Places among the items; what the patient takes already follows after them. */
  items: number[]
  text: Text
  instead: Text
  source: { id: string; title: Text; date: string; status: string }
  original: string
  /** Where the allergy that it rests on was told. */
  told_in?: Text[]
}

export interface Gap {
  kind: string
  item: number
  why: Text
}

export interface Report {
  hits: Hit[]
  unknown: string[]
  no_data: Gap[]
  not_told: Gap[]
}

export interface Item {
  product_id: string
  name: Text
  strength: string
  approval_number: string
  dose: string
  dose_unit: string
  dose_unit_text: Text | null
  route_text: Text | null
  frequency: string
  frequency_text: Text | null
  days: number
  doses: number | null
  quantity: number
  quantity_unit: string
  quantity_unit_text: Text | null
}

export interface Told {
  longer_for: string
  longer_reason: string
  long_term: boolean
  stable: boolean
  evaluated: boolean
  evaluation?: string
  first_issued_offline: boolean
  guardian_present: boolean
}

export interface Signed {
  number: number
  diagnoses: { code: string; name_zh: string; name_en: string }[]
  items: Item[]
  told: Told
  written_on: string
  report: Report | null
  overrides: { hit: string; reason: string }[]
  /** The patient's own signature on a long supply. */
  consent?: { role: string; signed_at: string; verified: boolean } | null
  signed_at: string
  verified: boolean
}

export interface Verdict {
  outcome: 'approved' | 'passed_on' | 'returned' | 'refused'
  reason_text: Text | null
  words: string
  reviewed_at: string
  pharmacist: Text
  verified: boolean
}

export interface Row {
  id: string
  state: string
  state_text: Text
  sheet_text: Text
  version: number
  signed_at: string | null
  effective_at: string | null
  expires_at: string | null
  valid_days: number
  doctor: { name: Text; title: Text; synthetic: boolean }
  medicines: Text[]
}

export interface PoolRow extends Row {
  review_due_at: string | null
  is_overdue: boolean
  is_out_of_date: boolean
  is_mine: boolean
  claimed_until: string | null
  may_claim: boolean
  /** By how many pharmacists it is passed, and by how many it was. */
  reviews_needed: number
  reviews_made: number
}

export interface Patient {
  name: string
  sex: string
  age_text: Text
  /** On which the signed report was made. */
  allergies_checked: AllergyAnswer[]
  facts: Record<string, string | boolean>
}

export interface Check {
  code: string
  text: Text
  matches: { code: string; text: Text; values: Text[] }[]
}

export interface Screen extends PoolRow {
  /** What the record has come to name since it was signed. */
  allergies_later: AllergyAnswer[]
  signed: Signed
  recheck: string
  report_now: Report | null
  new_hits: string[]
  first_review: Verdict | null
  review: Verdict | null
  document: RxDocument | null
  patient: Patient
  checks: Check[]
  reasons: { code: string; text: Text }[]
  earlier: Row[]
  returned: Verdict[]
}

/** Whatever may move the pool; a pharmacist hears those of the own hospital. */
export const KINDS = ['PrescriptionSigned', 'PrescriptionClaimed', 'PrescriptionUnclaimed', 'PrescriptionEscalated', 'PrescriptionPassedOn', 'PrescriptionApproved', 'PrescriptionDocumentMade', 'PrescriptionReturned', 'PrescriptionRefused', 'PrescriptionVoided'] as const
export const POOL = ['review', 'pool'] as const
export const screenKey = (id: string): readonly string[] => ['review', 'screen', id]
/** The line tells at once; this is for what it does not tell, such as a colleague's verdict. */
const LOOK_AGAIN_MS = 60_000

export const usePool = () =>
  useInfiniteQuery({
    queryKey: POOL,
    queryFn: ({ pageParam, signal }) => http.get<Page<PoolRow>>(`/review?limit=100${pageParam ? `&after=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
  })

export const useScreen = (id: () => string) =>
  useQuery({
    queryKey: computed(() => screenKey(id())),
    queryFn: ({ signal }) => http.get<Screen>(`/review/${id()}`, signal),
    // Only a person's own looking, and what the line says of it, counts as a reading.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })

export type Judgement = 'return' | 'refuse'
export const claim = (id: string, key: string): Promise<null> => http.post(`/review/${id}/claim`, {}, key)
export const release = (id: string, key: string): Promise<null> => http.post(`/review/${id}/release`, {}, key)
/** `seen`: ids of `new_hits`, each confirmed. */
export interface Passing { version: number; checks: string[]; seen: string[] }
export const approve = (id: string, told: Passing, key: string): Promise<null> => http.post(`/review/${id}/approve`, told, key)
export const judge = (id: string, as: Judgement, told: { version: number; reason: string; words: string }, key: string): Promise<null> => http.post(`/review/${id}/${as}`, told, key)
