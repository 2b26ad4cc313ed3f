/** The call in which this page stands. One for the whole app: whoever turns to another page of it stays in the call. */

import { computed, ref, shallowRef, watch } from 'vue'

import { newKey } from '@/shared/api/http'
import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { unable } from '@/shared/call/able'
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
  leaveSeat: (call: string, seat: string) => Promise<unknown>
}

export interface Entry {
  visit: string
  call: string
  mode: Mode
  me: Omit<Me, 'seat'>
}

const account: Means = { line, takeSeat: calls.takeSeat, leaveSeat: calls.leaveSeat }

export const standing = shallowRef<Standing | null>(null)
/** Large: where the visit is read. Small: in a corner, over whatever is read. */
export const view = ref<'large' | 'small'>('large')
/** So wide a window shows the call beside the conversation, and never small. */
export const BESIDE = '(min-width: 1100px)'
export const out = ref<{ call: string; because: OverBecause } | null>(null)
/** On the way in; whoever is no longer this one when the house has answered goes no further. */
export const coming = shallowRef<Entry | null>(null)
export const entering = computed(() => coming.value !== null)
export const problem = shallowRef<ApiProblem | null>(null)
let held: LocalMedia | null = null
let unwatch: (() => void) | null = null

/** Camera and microphone of the device check and of a tap, which the next call takes over: nobody is asked twice. */
export function mediaInHand(): LocalMedia {
  return (held ??= new LocalMedia())
}

/** What no call has taken over goes out. */
export function letGo(): void {
  if (entering.value) return
  held?.close()
  held = null
}

/** At a tap, while it still rings: browsers ask then, and the answer takes time. */
export async function makeReady(mode: Mode): Promise<void> {
  const media = mediaInHand()
  await media.openMicrophone()
  if (mode === 'video' && held === media) await media.openCamera()
}

export async function enter(entry: Entry, by: Means = account): Promise<void> {
  if ([standing.value?.call, coming.value?.call].includes(entry.call)) return
  problem.value = unable({ sends: entry.me.sends })
  if (problem.value) {
    forget()
    return
  }
  coming.value = entry
  // Nobody is heard in two calls at once: out of the other one before the house is asked.
  void standing.value?.room.leave()
  out.value = null
  try {
    const ticket = await by.takeSeat(entry.call, newKey())
    if (coming.value === entry) await stand(entry, ticket, by)
    else giveBack(ticket, by)
  } catch (error) {
    if (coming.value === entry) refused(entry.call, asProblem(error))
  } finally {
    if (coming.value === entry) coming.value = null
  }
}

async function stand({ visit, call, mode, me }: Entry, ticket: Ticket, by: Means): Promise<void> {
  const before = mine.value?.call === call ? mine.value : null
  const camera = before?.camera ?? mode === 'video'
  let made: Standing
  try {
    const media = mediaInHand()
    media.setMuted(before?.muted ?? false)
    made = { visit, call, room: new CallRoom(ticket, { line: by.line, media }), me: { ...me, seat: ticket.seat } }
    remember({ call, mode, muted: media.state.muted, camera })
    follow(made, media)
    held = null
  } catch (error) {
    giveBack(ticket, by)
    throw error
  }
  standing.value = made
  view.value = 'large'
  await made.room.enter({ mode, camera })
}

function giveBack({ room, seat }: Ticket, by: Means): void {
  void by.leaveSeat(room, seat).catch(() => undefined)
}

function refused(call: string, why: ApiProblem): void {
  problem.value = why
  coming.value = null
  // Without a line it is tried again; a refusal stands.
  if (why.status >= 400 && why.status < 500 && mine.value?.call === call) forget()
  letGo()
}

/** Until the room is over: what was chosen is kept for a reload, and why it ended is told. */
function follow({ call, room }: Standing, media: LocalMedia): void {
  unwatch?.()
  const { state } = room
  const stops = [
    watch([() => state.mode, () => state.muted, () => state.camera], ([mode, muted, camera]) => {
      if (state.phase !== 'over') remember({ call, mode: state.modeBecause === 'weak' ? 'video' : mode, muted, camera })
    }),
    watch(() => state.overBecause, (because) => because && gone(call, because, media), { flush: 'sync' }),
  ]
  unwatch = () => stops.forEach((stop) => stop())
}

function gone(call: string, because: OverBecause, media: LocalMedia): void {
  unwatch?.()
  unwatch = null
  standing.value = null
  out.value = { call, because }
  if (coming.value?.call === call) coming.value = null
  if (mine.value?.call === call) forget()
  media.close()
}

/** Out of the room with this page, or no further on the way into one; the call itself is ended by its own act. */
export async function leave(): Promise<void> {
  const was = standing.value
  coming.value = null
  letGo()
  await was?.room.leave()
}

/** That call is over, or no longer for this page: nothing stays open that was opened for it. */
export async function drop(call: string): Promise<void> {
  const isMine = mine.value?.call === call
  if (isMine) forget()
  if ([standing.value?.call, coming.value?.call].includes(call)) await leave()
  else if (isMine) letGo()
}
