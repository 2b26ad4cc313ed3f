/** The call in which this page stands. One for the whole app: whoever turns to another page of it stays in the call. */

import { ref, shallowRef, watch } from 'vue'

import { newKey } from '@/shared/api/http'
import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { calls } from '@/shared/call/api'
import { LocalMedia } from '@/shared/call/localmedia'
import { CallRoom } from '@/shared/call/room'
import type { Mode, OverBecause, Ticket } from '@/shared/call/types'
import type { Me } from '@/shared/call/ui/tiles'
import { line } from '@/shared/live/line'
import type { SeatLine } from '@/shared/live/seats'

import { forget, mine, remember } from './mine'

export interface Standing {
  visit: string
  call: string
  room: CallRoom
  me: Me
}

/** How a person comes into a room: with an account, or as a guest. */
export interface Means {
  line: SeatLine
  takeSeat: (call: string, seat: string) => Promise<Ticket>
}

const account: Means = { line, takeSeat: calls.takeSeat }

export const standing = shallowRef<Standing | null>(null)
/** Large: where the visit is read. Small: in a corner, over whatever is read. */
export const view = ref<'large' | 'small'>('large')
export const out = ref<{ call: string; because: OverBecause } | null>(null)
export const entering = ref(false)
export const problem = shallowRef<ApiProblem | null>(null)
let held: LocalMedia | null = null
let unwatch: (() => void) | null = null

/** Camera and microphone of the device check, which the call then takes over: nobody is asked twice. */
export function mediaInHand(): LocalMedia {
  return (held ??= new LocalMedia())
}

export function letGo(): void {
  if (standing.value || entering.value) return
  held?.close()
  held = null
}

/** At a tap, while it still rings: browsers ask then, and the answer takes time. */
export async function makeReady(mode: Mode): Promise<void> {
  const media = mediaInHand()
  await media.openMicrophone()
  if (mode === 'video') await media.openCamera()
}

export interface Entry {
  visit: string
  call: string
  mode: Mode
  me: Omit<Me, 'seat'>
}

export async function enter({ visit, call, mode, me }: Entry, by: Means = account): Promise<void> {
  if (entering.value || standing.value?.call === call) return
  entering.value = true
  problem.value = null
  out.value = null
  const before = mine.value?.call === call ? mine.value : null
  try {
    const ticket = await by.takeSeat(call, newKey())
    const media = mediaInHand()
    media.setMuted(before?.muted ?? false)
    const room = new CallRoom(ticket, { line: by.line, media })
    standing.value = { visit, call, room, me: { ...me, seat: ticket.seat } }
    view.value = 'large'
    const camera = before?.camera ?? mode === 'video'
    remember({ call, mode, muted: media.state.muted, camera })
    follow(standing.value)
    await room.enter({ mode, camera })
  } catch (error) {
    problem.value = asProblem(error)
    // Without a line it is tried again; a refusal stands.
    if (problem.value.status >= 400 && problem.value.status < 500) forget()
  } finally {
    entering.value = false
  }
}

/** Until the room is over: what was chosen is kept for a reload, and why it ended is told. */
function follow({ call, room }: Standing): void {
  unwatch?.()
  const { state } = room
  const stops = [
    watch([() => state.mode, () => state.muted, () => state.camera], ([mode, muted, camera]) => {
      if (state.phase !== 'over') remember({ call, mode: state.modeBecause === 'weak' ? 'video' : mode, muted, camera: camera || state.modeBecause === 'weak' })
    }),
    watch(() => state.overBecause, (because) => because && gone(call, because), { flush: 'sync' }),
  ]
  unwatch = () => stops.forEach((stop) => stop())
}

function gone(call: string, because: OverBecause): void {
  unwatch?.()
  unwatch = null
  standing.value = null
  out.value = { call, because }
  forget()
  held?.close()
  held = null
}

/** Out of the room with this page; the call itself is ended by its own act. */
export async function leave(): Promise<void> {
  const was = standing.value
  if (!was) {
    letGo()
    return
  }
  await was.room.leave()
}
