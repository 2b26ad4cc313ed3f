/** What the doctor reads of the recording: what was agreed on, held against what this page really does. */
import type { CallOut, RoomState } from '@/shared/call/types'

/** A recording that should run and does not is told within so long; a recorder that is only starting is not lost. */
export const ALARM_AFTER_MS = 2_500

export type Shown = 'off' | 'asked' | 'starting' | 'on' | 'refused' | 'taken_back' | 'lost'
type Agreed = Pick<CallOut['recording'], 'state' | 'patient'>
type Made = Pick<RoomState, 'recording' | 'recordingAlarm'>

/** `missingMs`: for how long it should have run and did not. Null: this page is not in the call. */
export function recordingShown(agreed: Agreed, made: Made | null, missingMs: number): Shown {
  if (agreed.state === 'off') return agreed.patient === 'no' ? 'taken_back' : 'off'
  if (agreed.state !== 'on') return agreed.state
  if (made?.recordingAlarm === 'lost' || made?.recording === 'lost') return 'lost'
  if (made?.recording === 'on') return 'on'
  return missingMs >= ALARM_AFTER_MS ? 'lost' : 'starting'
}
