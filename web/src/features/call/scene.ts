/** What a page of the patient shows of a call: told from what the house says and from what this page itself has done. Pure. */

import type { CallOut, OverBecause, RoomState } from '@/shared/call/types'

/** `open`: under way, and nobody of ours is in it. `rejoin`: this page was in it and comes back by itself. `elsewhere`: another page or device of ours is in it. */
export type Scene = 'none' | 'incoming' | 'outgoing' | 'inside' | 'rejoin' | 'elsewhere' | 'open'

export interface Here {
  /** The call in whose room this page stands. */
  standing: string | null
  /** The call that this tab rang, answered or was in, also before a reload. */
  mine: string | null
  /** Why this page is no longer in a room. */
  out: { call: string; because: OverBecause } | null
  me: string
}

export function sceneOf(call: CallOut | null, here: Here): Scene {
  if (!call || call.state === 'ended') return 'none'
  if (here.standing === call.id) return 'inside'
  if (call.state === 'ringing') return call.asked_by === 'doctor' ? 'incoming' : 'outgoing'
  if (here.out?.call === call.id) return here.out.because === 'elsewhere' ? 'elsewhere' : 'open'
  if (here.mine === call.id) return 'rejoin'
  return call.people.some((one) => one.person === here.me && one.here) ? 'elsewhere' : 'open'
}

/** What the doctor waits for the patient to answer; nothing of it is asked twice. */
export function askOf(call: CallOut | null): 'recording' | 'still' | null {
  if (call?.state !== 'open') return null
  if (call.recording.state === 'asked' && call.recording.patient === 'unasked') return 'recording'
  return call.still.patient === 'asked' ? 'still' : null
}

/** What there is to say about the line, and to do: the gravest first. */
export type Advice = 'down' | 'microphone' | 'auto_audio' | 'weak_video' | 'camera' | 'weak_voice'

export function adviceOf(state: Pick<RoomState, 'phase' | 'verdict' | 'mode' | 'modeBecause' | 'microphoneFault' | 'cameraFault'>): Advice | null {
  if (state.phase === 'over' || state.phase === 'joining') return null
  if (state.microphoneFault) return 'microphone'
  if (state.phase === 'broken' || state.verdict === 'down') return 'down'
  if (state.mode === 'audio' && state.modeBecause === 'weak') return 'auto_audio'
  if (state.mode === 'video' && state.cameraFault) return 'camera'
  if (state.verdict !== 'poor') return null
  return state.mode === 'video' ? 'weak_video' : 'weak_voice'
}

/** The doctor has turned to video: nobody's camera goes on by that alone. */
export const asksForCamera = (before: CallOut | null, after: CallOut | null): boolean =>
  before?.id !== undefined && before.id === after?.id && before.channel === 'audio' && after.channel === 'video' && after.state === 'open'
