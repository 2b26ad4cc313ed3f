/** What the patient's screen follows: the walk-in, the intake and the visit, and the one thing that they come to. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import { visitKey } from '@/features/consultation/api'
import { isSaid, say, type Said } from '@/features/sitescreen/said'
import { stepOf } from '@/features/sitescreen/steps'
import { intakeKey } from '@/features/triage/api'
import type { Intake, Visit } from '@/shared/api/contract'
import { http } from '@/shared/api/http'
import { asProblem } from '@/shared/api/problem'
import { useEvents } from '@/shared/live/events'
import { screen as door } from '@/shared/site/api'
import type { ScreenOut } from '@/shared/site/types'

/** Events tell of most changes; the clock catches what a lost line did not. */
const LOOK_AGAIN_MS = 15_000
const KEY = ['site', 'screen']
/** The pass is over, or there never was one. */
const GONE: readonly number[] = [401, 403, 404]

export function useScreen() {
  const queries = useQueryClient()
  const read = useQuery({ queryKey: KEY, queryFn: ({ signal }) => door.read(signal), refetchInterval: LOOK_AGAIN_MS })
  const screen = computed<ScreenOut | null | undefined>(() => {
    if (read.error.value && GONE.includes(asProblem(read.error.value).status)) return null
    return read.data.value
  })
  const intakeId = computed(() => screen.value?.intake_id ?? '')
  const visitId = computed(() => screen.value?.consultation_id ?? '')
  const { data: intake } = useQuery({
    queryKey: computed(() => intakeKey(intakeId.value)),
    queryFn: ({ signal }) => http.get<Intake>(`/intakes/${intakeId.value}`, signal),
    enabled: computed(() => intakeId.value !== ''),
    // Answers change it, and only on this page.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  const { data: visit } = useQuery({
    queryKey: computed(() => visitKey(visitId.value)),
    queryFn: ({ signal }) => http.get<Visit>(`/consultations/${visitId.value}`, signal),
    enabled: computed(() => visitId.value !== ''),
    refetchInterval: LOOK_AGAIN_MS,
  })
  useEvents(['*'], () => {
    void read.refetch()
    void queries.invalidateQueries({ queryKey: ['visits'] })
  })

  const told = ref(0)
  const walkIn = computed(() => screen.value?.walk_in_id ?? '')
  const has = (what: Said): boolean => told.value >= 0 && isSaid(walkIn.value, what)
  const note = (what: Said): void => {
    say(walkIn.value, what)
    told.value += 1
  }
  const step = computed(() => stepOf({ screen: screen.value, intake: intake.value, visit: visit.value, isChatAsked: has('chat') }))
  /** As the house answered an act: shown at once. */
  const show = (now: ScreenOut): void => void queries.setQueryData(KEY, now)
  return { screen, intake, visit, step, has, note, show, refetch: read.refetch, error: read.error }
}
