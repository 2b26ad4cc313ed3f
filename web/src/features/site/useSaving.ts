/** The end of a registration: sealed on the device, brought to the house, and what the house does not believe comes back as a sentence. */

import { ref, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { ApiProblem, asProblem } from '@/shared/api/problem'
import { useSay } from '@/shared/i18n'
import { station } from '@/shared/site/station'
import { saveCapture, useSiteStore, type KeptReading, type Trouble } from '@/shared/site/store'

import { doubtOf, useDoubtText, type Doubt } from './doubt'
import { useObserved, type Faults, type Observed } from './observed'
import { useReadings } from './readings'
import type { Draft, Registration } from './registration'
import { measureAgain, VITALS } from './vitals'

export type Outcome = 'sent' | 'kept' | 'refused'

function problemOf(trouble: Trouble): ApiProblem {
  return new ApiProblem({ status: 409, code: trouble.code, text: trouble.text, errors: [...trouble.errors], walk_in_id: trouble.walk_in_id })
}

/** All that was measured, as it goes to the house; null: something is wrong with it, and its field says what. */
function useGathering(draft: Draft, faults: Ref<Faults>, observed: Pick<Observed, 'isBelieved'>, doubtText: (doubt: Doubt) => string): () => KeptReading[] | null {
  const { t } = useI18n({ useScope: 'global' })
  const naming = useReadings()

  /** By the house's own table, so that it is said before the patient has gone, with a line and without. */
  function isBelieved(reading: KeptReading): boolean {
    const doubt = doubtOf(station.value?.limits ?? [], reading)
    if (!doubt || (doubt.what === 'unlikely' && reading.confirmed)) return true
    faults.value[reading.kind] = () => doubtText(doubt)
    if (doubt.what === 'unlikely') draft.entries[reading.kind] = measureAgain(draft.entries[reading.kind])
    return false
  }

  return function gather(): KeptReading[] | null {
    const found: KeptReading[] = []
    faults.value = {}
    for (const { kind } of VITALS) {
      const taken = draft.taken.find((one) => one.kind === kind)
      if (taken) observed.isBelieved(taken)
      if (taken) continue
      const reading = naming.of(draft.id, kind, draft.entries[kind])
      if (reading === null) continue
      if ('fault' in reading) faults.value[kind] = () => t(`site.faults.${reading.fault}`)
      else if (!isBelieved(reading)) continue
      else found.push(reading)
    }
    return Object.keys(faults.value).length ? null : found
  }
}

export function useSaving({ draft, form }: Registration) {
  const say = useSay()
  const busy = ref(false)
  const faults = ref<Faults>({})
  const problem = shallowRef<ApiProblem | null>(null)
  /** The house has the walk-in: who it is cannot be changed here any more. */
  const isRegistered = ref(false)
  const doubtText = useDoubtText()
  const observed = useObserved(draft, faults, { limits: () => station.value?.limits ?? [], say, doubtText })
  const gather = useGathering(draft, faults, observed, doubtText)
  /** The house has all of what was saved: what is saved then only adds to it. */
  const brought = new Set<string>()

  function refuse(trouble: Trouble, readings: readonly KeptReading[]): void {
    if (trouble.step !== 'register') isRegistered.value = true
    const reading = trouble.step === 'reading' ? readings.find(({ id }) => id === trouble.what) : undefined
    if (!reading) {
      problem.value = problemOf(trouble)
      return
    }
    faults.value[reading.kind] = () => say(trouble.errors[0]?.text ?? trouble.text)
    if (['measured_before', 'unlikely_value'].includes(trouble.code)) draft.entries[reading.kind] = measureAgain(draft.entries[reading.kind])
  }

  async function save(consents: { kind: string; version: string }[]): Promise<Outcome> {
    const readings = gather()
    if (readings === null || busy.value) return 'refused'
    busy.value = true
    problem.value = null
    try {
      const more = readings.filter(({ id }) => !brought.has(id))
      const all = { id: draft.id, form: form(consents), readings, pictures: draft.pictures.map(({ id, file }) => ({ id, file })) }
      const isFirst = !brought.has(draft.id)
      if (isFirst || more.length) {
        const saved = await saveCapture(isFirst ? all : { id: draft.id, walk_in_id: draft.id, form: null, readings: more, pictures: [] })
        if (saved.state === 'refused') saved.troubles.forEach((trouble) => refuse(trouble, readings))
        if (saved.state !== 'sent') return saved.state
        isRegistered.value = true
        for (const id of [draft.id, ...readings.map((one) => one.id)]) brought.add(id)
      }
      return (await observed.bring()) ? 'sent' : 'refused'
    } catch (error) {
      problem.value = asProblem(error)
      return 'refused'
    } finally {
      busy.value = false
    }
  }
  /** Nothing of it stays on the device. */
  const forget = (id = draft.id): Promise<void> => useSiteStore().drop(id).catch(() => undefined)
  // Another patient's registration begins: of the one before it nothing is said or kept.
  watch(() => draft.id, (_, before) => {
    faults.value = {}
    problem.value = null
    void forget(before)
  }, { flush: 'sync' })

  return { save, forget, busy, faults, problem, isRegistered, observed }
}
