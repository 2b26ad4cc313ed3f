/** Holds the room to what the house says of the call: with picture or without, recorded or not; and does not let the page go unasked meanwhile. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

import type { Desk } from './desk'
import { left } from './left'

/** Since when a recording should run and does not; null: all is as it should be. */
export const missingSince: Ref<number | null> = ref(null)

const isDoctors = (desk: Desk): boolean => desk.room.value?.ticket.role === 'doctor'

/** Somebody else has turned the call to pictures: nobody's camera goes on for that. */
export const cameraAsked: Ref<boolean> = ref(false)

export function useKeeping(desk: Desk, owner: () => string): void {
  const shouldRun = (): boolean => isDoctors(desk) && desk.call.value?.state === 'open' && desk.call.value.recording.state === 'on'
  const runs = (): boolean => desk.room.value?.state.recording === 'on'
  const isIn = (): boolean => desk.room.value?.state.phase === 'live'

  watch(
    () => desk.call.value?.channel,
    (channel, before) => {
      const room = desk.room.value
      cameraAsked.value = false
      if (!channel || !before || !room) return
      const isMine = desk.changing.value === channel
      cameraAsked.value = channel === 'video' && !isMine && !room.state.camera && room.ticket.role !== 'observer'
      void room.setMode(channel, { camera: isMine })
    },
    // While it is known who changes it.
    { flush: 'sync' },
  )
  watch(
    () => [desk.room.value, desk.room.value?.state.muted, desk.room.value?.state.camera] as const,
    ([room, muted, camera], [before]) => {
      if (camera || !room) cameraAsked.value = false
      if (!room || room !== before || room.state.phase === 'over') return
      // Without pictures, as on a weak line, the camera says nothing of what is wanted.
      desk.remember({ muted: muted === true, ...(room.state.mode === 'video' ? { camera: camera === true } : {}) })
    },
  )
  watch(
    () => [desk.room.value, shouldRun(), isIn()] as const,
    ([room, should, live]) => {
      if (room && should && live && room.state.recording === 'off') void room.startRecording({ owner: owner() }).catch(() => undefined)
      else if (room && !should && room.state.recording !== 'off') void room.stopRecording()
    },
    { immediate: true },
  )
  watch(
    // While nobody is there yet there is nothing to record.
    () => shouldRun() && isIn() && !runs(),
    (isMissing) => (missingSince.value = isMissing ? Date.now() : null),
    { immediate: true },
  )
  /** What is recorded is lost with the page only from the last piece on; what waits is kept, but here alone. */
  const leaving = (event: BeforeUnloadEvent): void => {
    if (shouldRun() || left.value > 0) event.preventDefault()
  }
  addEventListener('beforeunload', leaving)
  onScopeDispose(() => removeEventListener('beforeunload', leaving))
}

/** By hand, after an alarm: off and on again is a new segment. */
export async function restart(desk: Desk, owner: string): Promise<void> {
  await desk.room.value?.stopRecording()
  await desk.room.value?.startRecording({ owner })
}
