import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Answers, Intake } from '@/shared/api/contract'
import { http } from '@/shared/api/http'

export interface Complaint {
  patient_id: string
  complaint: string
  picture_ids: string[]
}

export const triage = {
  begin: (complaint: Complaint, key: string) => http.post<Intake>('/intakes', complaint, key),
  /** What was answered so far, for another device; danger in it ends the intake. */
  keep: (intake: string, answers: Answers) => http.put<Intake>(`/intakes/${intake}/answers`, { answers }),
  answer: (intake: string, answers: Answers, key: string) => http.post<Intake>(`/intakes/${intake}/answers`, { answers }, key),
}

export const intakeKey = (id: string): string[] => ['intake', id]

export const useIntake = (id: () => string) =>
  useQuery({
    queryKey: computed(() => intakeKey(id())),
    queryFn: ({ signal }) => http.get<Intake>(`/intakes/${id()}`, signal),
    // Answers change it, and only on this page; what was answered is put into the cache.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
