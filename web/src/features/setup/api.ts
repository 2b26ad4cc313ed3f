/** How far the setting-up of a hospital has come (care/people/queries/setup.py). */
import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import { useSession } from '@/shared/api/session'

export const STEPS = ['hospital', 'departments', 'doctors', 'consent', 'sms', 'staff', 'first_visit'] as const
export type StepName = (typeof STEPS)[number]

export interface Step {
  name: StepName
  done: boolean
  must: boolean
  count: number
}

export interface Choice {
  code: string
  name: Text
}

export interface House {
  name_zh: string
  name_en: string
  licence_number: string
  licence_until: string | null
  grade: string
  place: string
  named: boolean
}

export interface Setup {
  steps: Step[]
  complete: boolean
  ready: boolean
  opened_at: string | null
  hospital: House
  departments: { slug: string; name: Text; open: boolean }[]
  places: Choice[]
  grades: Choice[]
  titles: Choice[]
}

export interface NewDoctor {
  username: string
  name_zh: string
  name_en: string
  title: string
  departments: string[]
  licence_number: string
  licence_from: string | null
  licence_until: string | null
  independent_since: string | null
  registered_here: boolean
  multi_site_filed: boolean
}

const SETUP_PERMISSION = 'people.set_up_hospital'

export const useSetup = () => {
  const { can } = useSession()
  return useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => http.get<Setup>('/setup', signal),
    enabled: () => can(SETUP_PERMISSION),
  })
}

/** Whether the list of first steps still has something to say; false until it is known. */
export function useUnfinished(): ComputedRef<boolean> {
  const query = useSetup()
  return computed(() => query.data.value?.complete === false)
}

export const setup = {
  hospital: (form: Omit<House, 'named'>): Promise<true> => done(http.put('/setup/hospital', form)),
  departments: (departments: string[]): Promise<true> => done(http.put('/setup/departments', { departments })),
  mark: (step: string, key: string): Promise<true> => done(http.post('/setup/marks', { step }, key)),
  doctor: (form: NewDoctor, key: string) => http.post<{ account_id: string; path: string; expires_at: string }>('/setup/doctors', form, key),
  open: (_: null, key: string): Promise<true> => done(http.post('/setup/open', {}, key)),
}
