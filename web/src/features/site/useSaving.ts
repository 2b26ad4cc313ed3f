/** The end of a registration: sealed on the device, brought to the house, and what the house does not believe comes back as a sentence. */

import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { ApiProblem, asProblem } from '@/shared/api/problem'
import { useSay } from '@/shared/i18n'
import { site } from '@/shared/site/api'
import { station } from '@/shared/site/station'
import { Locked, NoRoom, saveCapture, useSiteStore, type KeptReading, type Trouble } from '@/shared/site/store'
import type { VitalKind } from '@/shared/site/types'

import { doubtOf, useDoubtText } from './doubt'
import { newId } from './ids'
import type { Draft, Registration } from './registration'
import { formOf, measureAgain, VITALS, type Entry } from './vitals'

export type Faults = Partial<Record<VitalKind, string>>
export type Outcome = 'sent' | 'kept' | 'refused'

/** A reading keeps its id while it says the same: sent twice, it is there once. */
function useReadings() {
  const ids = new Map<VitalKind, { said: string; id: string; measuredAt: string }>()
  const fresh = (said: string) => ({ said, id: newId(), measuredAt: new Date().toISOString() })

  return (kind: VitalKind, entry: Entry): KeptReading | { fault: string } | null => {
    const before = ids.get(kind)
    const said = JSON.stringify(entry)
    const name = before?.said === said ? before : fresh(said)
    const form = formOf(kind, entry, name.measuredAt)
    if (form === null || 'fault' in form) return form
    ids.set(kind, name)
    return { id: name.id, ...form }
  }
}

function problemOf(trouble: Trouble): ApiProblem {
  return new ApiProblem({ status: 409, code: trouble.code, text: trouble.text, errors: [...trouble.errors], walk_in_id: trouble.walk_in_id })
}

/** What could not be taken waits on the walk-in's page. */
async function takeObserved(draft: Draft): Promise<void> {
  for (const one of draft.taken) await site.takeReading(draft.id, one.id).catch(() => null)
}

export function useSaving({ draft, form }: Registration) {
  const { t } = useI18n({ useScope: 'global' })
  const say = useSay()
  const busy = ref(false)
  const faults = ref<Faults>({})
  const problem = shallowRef<ApiProblem | null>(null)
  /** The house has the walk-in: who it is cannot be changed here any more. */
  const isRegistered = ref(false)
  const readingOf = useReadings()
  const doubtText = useDoubtText()

  /** By the house's own table, so that it is said before the patient has gone, with a line and without. */
  function isBelieved(reading: KeptReading): boolean {
    const doubt = doubtOf(station.value?.limits ?? [], reading)
    if (!doubt || (doubt.what === 'unlikely' && reading.confirmed)) return true
    faults.value[reading.kind] = doubtText(doubt)
    if (doubt.what === 'unlikely') draft.entries[reading.kind] = measureAgain(draft.entries[reading.kind])
    return false
  }

  function gather(): KeptReading[] | null {
    const found: KeptReading[] = []
    faults.value = {}
    for (const { kind } of VITALS) {
      if (draft.taken.some((one) => one.kind === kind)) continue
      const reading = readingOf(kind, draft.entries[kind])
      if (reading === null) continue
      if ('fault' in reading) faults.value[kind] = t(`site.faults.${reading.fault}`)
      else if (!isBelieved(reading)) continue
      else found.push(reading)
    }
    return Object.keys(faults.value).length ? null : found
  }

  function refuse(trouble: Trouble, readings: readonly KeptReading[]): void {
    if (trouble.step !== 'register') isRegistered.value = true
    const reading = trouble.step === 'reading' ? readings.find(({ id }) => id === trouble.what) : undefined
    if (!reading) {
      problem.value = problemOf(trouble)
      return
    }
    faults.value[reading.kind] = say(trouble.errors[0]?.text ?? trouble.text)
    if (['measured_before', 'unlikely_value'].includes(trouble.code)) draft.entries[reading.kind] = measureAgain(draft.entries[reading.kind])
  }

  async function save(consents: { kind: string; version: string }[]): Promise<Outcome> {
    const readings = gather()
    if (readings === null || busy.value) return 'refused'
    busy.value = true
    problem.value = null
    try {
      const saved = await saveCapture({ id: draft.id, form: form(consents), readings, pictures: draft.pictures.map(({ file }) => file) })
      if (saved.state === 'refused') saved.troubles.forEach((trouble) => refuse(trouble, readings))
      if (saved.state === 'sent') await takeObserved(draft)
      return saved.state
    } catch (error) {
      problem.value = locked(error) ?? asProblem(error)
      return 'refused'
    } finally {
      busy.value = false
    }
  }
  /** Nothing of it stays on the device. */
  const forget = (): Promise<void> => useSiteStore().drop(draft.id).catch(() => undefined)

  return { save, forget, busy, faults, problem, isRegistered }
}

const LOCKED = { zh: '本机的登记库还没有解锁。请到“断网登记”页输入登录密码后再保存。', en: 'What this device keeps is locked. Unlock it with your password under "Kept here", then save.' }
const NO_ROOM = { zh: '本机存不下，医院也连不上。请先写在纸上，联网后再登记。', en: 'This device has no room and the hospital cannot be reached. Write it on paper, and register when the network is back.' }
function locked(error: unknown): ApiProblem | null {
  if (error instanceof Locked) return new ApiProblem({ status: 0, code: 'locked', text: LOCKED })
  return error instanceof NoRoom ? new ApiProblem({ status: 0, code: 'no_room', text: NO_ROOM }) : null
}
