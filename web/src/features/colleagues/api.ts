/** Transfers, questions and teams, over HTTP. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { useEvents } from '@/shared/live/events'

import type { Assisted, Assisting, DepartmentRef, Page, Question, QuestionLine, QuestionOfVisit, Team, Transfer } from './types'

const LOOK_MS = 10_000
const QUESTIONS = ['QuestionAsked', 'QuestionAnswered', 'QuestionWithdrawn', 'QuestionLapsed']

export function useDepartments() {
  return useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => http.get<{ items: (DepartmentRef & { doctors_on_duty: number; waiting: number })[] }>('/dispatch/departments', signal),
  })
}

export interface TransferForm {
  department: string
  practitioner_id: string | null
  note: string
  wrong_department: boolean
  needs_senior: boolean
}

export function useTransfer(visit: () => string) {
  const queries = useQueryClient()
  return useAct(async (form: TransferForm, key) => {
    await http.post(`/consultations/${visit()}/transfer`, form, key)
    // Not waited for: the page lets go of the visit before anything asks for it again.
    void queries.invalidateQueries({ queryKey: ['duty'] })
    return true as const
  })
}

export function useTransfers(visit: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['transfers', toValue(visit)]),
    queryFn: ({ signal }) => http.get<{ items: Transfer[] }>(`/consultations/${toValue(visit)}/transfers`, signal),
    retry: false,
  })
}

export function useQuestionsOfVisit(visit: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: computed(() => ['questions', toValue(visit)]),
    queryFn: ({ signal }) => http.get<{ items: QuestionOfVisit[] }>(`/consultations/${toValue(visit)}/questions`, signal),
    retry: false,
  })
  useEvents(QUESTIONS, () => void query.refetch())
  return query
}

export interface AskForm {
  practitioner_id: string
  question: string
  with_identity: boolean
  picture_ids: string[]
}

export function useAsking(visit: () => string) {
  const queries = useQueryClient()
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['questions', visit()] })
  return {
    ask: useAct(async (form: AskForm, key) => {
      const made = await http.post<{ id: string }>(`/consultations/${visit()}/questions`, form, key)
      await again()
      return made.id
    }),
    withdraw: useAct(async (question: string, key) => {
      await http.post(`/questions/${question}/withdraw`, {}, key)
      await again()
      return true as const
    }),
  }
}

export function useInbox() {
  const query = useQuery({
    queryKey: ['question-inbox'],
    queryFn: ({ signal }) => http.get<Page<QuestionLine>>('/questions?limit=50', signal),
    refetchInterval: 60_000,
  })
  useEvents(QUESTIONS, () => void query.refetch())
  return query
}

export const readQuestion = (id: string, signal?: AbortSignal): Promise<Question> => http.get<Question>(`/questions/${id}`, signal)

export function useAnswering() {
  const queries = useQueryClient()
  return useAct(async (told: { id: string; answer: string }, key) => {
    const done = await http.post<Question>(`/questions/${told.id}/answer`, { answer: told.answer }, key)
    queries.setQueryData(['question', told.id], done)
    await queries.invalidateQueries({ queryKey: ['question-inbox'] })
    return true as const
  })
}

export function useTeam() {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: ['team'], queryFn: ({ signal }) => http.get<Team>('/team', signal) })
  const keep = (team: Team): Team => queries.setQueryData(['team'], team) as Team
  useEvents(['TeamChanged'], () => void query.refetch())
  return {
    query,
    turn: useAct(async (isOn: boolean) => keep(await http.put<Team>('/team', { is_on: isOn }))),
    add: useAct(async (account: string, key) => keep(await http.post<Team>('/team/members', { account_id: account }, key))),
    remove: useAct(async (account: string) => keep(await http.delete<Team>(`/team/members/${account}`))),
  }
}

export function useAssisting() {
  const query = useQuery({
    queryKey: ['assisting'],
    queryFn: ({ signal }) => http.get<Assisting>('/assisting', signal),
    refetchInterval: LOOK_MS,
  })
  useEvents(['TeamChanged'], () => void query.refetch())
  return query
}

export const readAssisted = (visit: string, signal?: AbortSignal): Promise<Assisted> => http.get<Assisted>(`/assisting/${visit}`, signal)
