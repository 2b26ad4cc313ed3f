/** Review by sample over the wire. Reading a prescription is written down by the house, so none is read without need. */

import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Page } from '@/shared/api/contract'
import { API, http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export interface Coded {
  code: string
  text: Text
}
export interface Problem extends Coded {
  /** The class that it puts a prescription in. */
  found: string
  article: string
}
export interface Terms {
  problems: Problem[]
  classes: Coded[]
  source: Text
  focuses: Coded[]
  departments: { slug: string; name: Text }[]
  doctors: { id: string; name: Text; title: Text }[]
  may_draw: boolean
  most: number
}
export interface Score {
  drawn: number
  judged: number
  rational: number
  rational_pct: number | null
  classes: (Coded & { count: number })[]
}
export interface NamedScore {
  name: Text
  score: Score
}
export interface Sample {
  id: string
  since: string
  until: string
  department: { slug: string; name: Text } | null
  doctor: Text | null
  focus: Text | null
  percent: number | null
  frame_size: number
  size: number
  judged: number
  state: 'drawn' | 'announced' | 'closed'
  state_text: Text
  drawn_by: string
  drawn_at: string
  announced_at: string | null
  closed_at: string | null
}
export interface Drawn {
  id: string
  position: number
  department: { slug: string; name: Text }
  /** For whoever draws. */
  doctor: Text | null
  /** None: rational. Null: not judged. */
  classes: string[] | null
  is_mine: boolean
  objected: boolean
  answered: boolean
  may_judge: boolean
}
export interface SampleScreen extends Sample {
  seed: string
  algorithm: string
  frame_sha256: string
  may: string[]
  score: Score
  items: Drawn[]
  departments: NamedScore[]
  doctors: NamedScore[]
}
export interface Finding {
  classes: Coded[]
  problems: Coded[]
  comment: string
  answers: boolean
  at: string
}
export interface Judgement extends Finding {
  by: string
  number: number
}
/** `signed` is shown by whoever knows prescriptions. */
export interface Sampled<S = unknown> {
  id: string
  sample_id: string
  position: number
  department: { slug: string; name: Text }
  signed: S
  valid_days: number
  judgements: Judgement[]
  objection: { words: string; at: string } | null
  after: number
  may_judge: boolean
  is_own_work: boolean
  state: Sample['state']
}
export interface OwnFinding {
  id: string
  prescription_id: string
  written_on: string
  medicines: Text[]
  since: string
  until: string
  is_closed: boolean
  finding: Finding
  objection: { words: string; at: string } | null
  may_object: boolean
}
export interface OwnPage extends Page<OwnFinding> {
  score: Score
}
export interface Asked {
  since: string
  until: string
  department: string
  practitioner_id: string
  focus: string
}
export interface Wish extends Asked {
  count: number | null
  percent: number | null
  seed: string
}

const AT = '/prescription-samples'
export const SAMPLES = ['samples'] as const
export const sampleKey = (id: string): readonly string[] => ['sample', id]
export const sampledKey = (sample: string, id: string): readonly string[] => ['sampled', sample, id]
export const OWN = ['own-findings'] as const
export const OWN_SCORE = ['own-score'] as const

export const useTerms = () => useQuery({ queryKey: ['sampling-terms'], queryFn: ({ signal }) => http.get<Terms>(`${AT}/terms`, signal), staleTime: 600_000 })

export const useSamples = () =>
  useInfiniteQuery({
    queryKey: SAMPLES,
    queryFn: ({ pageParam, signal }) => http.get<Page<Sample>>(`${AT}${pageParam ? `?after=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const useSample = (id: () => string) =>
  useQuery({ queryKey: computed(() => sampleKey(id())), queryFn: ({ signal }) => http.get<SampleScreen>(`${AT}/${id()}`, signal), refetchOnWindowFocus: false })

export const useSampled = <S>(sample: () => string, id: () => string) =>
  useQuery({
    queryKey: computed(() => sampledKey(sample(), id())),
    queryFn: ({ signal }) => http.get<Sampled<S>>(`${AT}/${sample()}/prescriptions/${id()}`, signal),
    // Only a person's own looking counts as a reading.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })

export const useOwn = () =>
  useInfiniteQuery({
    queryKey: OWN,
    queryFn: ({ pageParam, signal }) => http.get<OwnPage>(`${AT}/own${pageParam ? `?after=${pageParam}` : ''}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchOnWindowFocus: false,
  })

export const useOwnScore = () => useQuery({ queryKey: OWN_SCORE, queryFn: ({ signal }) => http.get<Score>(`${AT}/own/score`, signal), staleTime: 60_000 })

const wire = (asked: Asked): Record<string, string> => Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''))

export const countFrame = (asked: Asked): Promise<{ size: number }> => http.get(`${AT}/frame?${new URLSearchParams(wire(asked)).toString()}`)
export const drawSample = ({ count, percent, seed, ...asked }: Wish, key: string): Promise<{ id: string }> => http.post(AT, { ...wire(asked), count, percent, seed }, key)
export const announce = (id: string, key: string): Promise<null> => http.post(`${AT}/${id}/announce`, {}, key)
export const close = (id: string, key: string): Promise<null> => http.post(`${AT}/${id}/close`, {}, key)
export const judge = (sample: string, id: string, body: { is_rational: boolean; problems: string[]; comment: string; after: number }, key: string): Promise<{ number: number }> =>
  http.post(`${AT}/${sample}/prescriptions/${id}/judgements`, body, key)
export const objectTo = (id: string, words: string, key: string): Promise<null> => http.post(`${AT}/own/${id}/objection`, { words }, key)
export const exportLink = (id: string, format: string, locale: string): string => `${API}${AT}/${id}/export?format=${format}&locale=${locale}`
