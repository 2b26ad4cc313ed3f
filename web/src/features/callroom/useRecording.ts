/** What is shown of the recording, second by second. */
import { computed, type ComputedRef } from 'vue'

import { useNow } from '@/shared/time/useNow'

import { missingSince } from './keeping'
import { recordingShown, type Shown } from './recording'
import { desk } from './theDesk'

export function useRecording(): ComputedRef<Shown> {
  const now = useNow(500)
  return computed(() => {
    const call = desk.call.value
    if (!call) return 'off'
    // Whoever does not record is told what was agreed on; an alarm is the doctor's.
    if (call.about !== null) return call.recording.state
    return recordingShown(call.recording, desk.room.value?.state ?? null, missingSince.value === null ? 0 : now.value - missingSince.value)
  })
}
