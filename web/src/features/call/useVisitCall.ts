/** The call of a visit on the patient's side: what is shown, and what can be done about it. */

import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'

import { useSession } from '@/shared/api/session'
import { unable } from '@/shared/call/able'
import type { Mode } from '@/shared/call/types'
import { useCall } from '@/shared/call/useCall'

import { drop, enter, entering, leave, letGo, makeReady, out, problem, standing } from './current'
import { forget, mine, remember } from './mine'
import { sceneOf } from './scene'

export function useVisitCall(visit: MaybeRefOrGetter<string>, name: MaybeRefOrGetter<string>) {
  const { account } = useSession()
  const house = useCall(visit)
  const { call } = house
  const scene = computed(() => sceneOf(call.value, { standing: standing.value?.call ?? null, mine: mine.value?.call ?? null, out: out.value, me: account.value?.id ?? '' }))

  /** Over, answered or not: nothing stays open that was opened for it. */
  watch([scene, () => call.value?.id], ([now, id], [, was]) => {
    if (was !== undefined && (now === 'none' || id !== was)) void drop(was)
  })

  /** With the camera only where the call is one of pictures and nobody chose otherwise. */
  async function comeIn(mode: Mode = call.value?.channel ?? 'audio'): Promise<void> {
    if (!call.value) return
    const said = toValue(name)
    await enter({ visit: toValue(visit), call: call.value.id, mode, me: { role: 'patient', name: { zh: said, en: said }, sends: true } })
  }
  function keep(id: string, mode: Mode): void {
    remember({ call: id, mode, muted: false, camera: mode === 'video' })
  }
  async function ring(mode: Mode): Promise<void> {
    if (house.ring.busy.value) return
    problem.value = unable()
    if (problem.value) return
    void makeReady(mode)
    const rung = await house.ring.run(mode)
    if (!rung || !account.value) {
      letGo()
      return
    }
    keep(rung.id, mode)
    await house.refetch()
    // Declined before this page had ever read that it rings.
    if (scene.value === 'none' && !house.problem.value) await drop(rung.id)
  }
  async function answer(mode: Mode): Promise<void> {
    if (house.answer.busy.value) return
    const id = call.value?.id
    problem.value = unable()
    if (id === undefined || problem.value) return
    void makeReady(mode)
    keep(id, mode)
    const taken = await house.answer.run(null)
    if (!taken || !call.value || !account.value) {
      await drop(id)
      return
    }
    await comeIn(mode)
    if (mode === 'audio' && taken.channel === 'video') await house.change.run('audio')
  }
  async function hangUp(): Promise<void> {
    const ended = house.end.run(null)
    forget()
    await leave()
    await ended
  }
  /** For both: what the line carries is shared between them. */
  async function change(mode: Mode): Promise<void> {
    const room = standing.value?.room
    await room?.setMode(mode)
    if (mode === 'video') await room?.setCamera(true)
    if (call.value && call.value.channel !== mode && house.may(mode === 'audio' ? 'switch_audio' : 'switch_video')) await house.change.run(mode)
  }
  const said = computed(() => problem.value ?? house.ring.problem.value ?? house.answer.problem.value ?? house.end.problem.value ?? house.change.problem.value)
  return { ...house, scene, entering, standing, problem: said, comeIn, ringDoctor: ring, take: answer, hangUp, changeMode: change }
}
