/** The engine of calls, loaded when somebody goes into one: who only reads never pays for it. */
import { newKey } from '@/shared/api/http'
import { calls } from '@/shared/call/api'
import type { CallRoom } from '@/shared/call/room'
import type { CallOut } from '@/shared/call/types'
import { line } from '@/shared/live/line'

import type { Choice } from './desk'

export type Room = CallRoom

export async function enterRoom(call: CallOut, { muted, camera }: Choice): Promise<Room> {
  const [{ CallRoom: Made }, { LocalMedia }] = await Promise.all([import('@/shared/call/room'), import('@/shared/call/localmedia')])
  const ticket = await calls.takeSeat(call.id, newKey())
  const media = new LocalMedia()
  media.setMuted(muted)
  const room = new Made(ticket, { line, media })
  // It sits at once; what the person allows comes later, and what is refused stands in its state.
  void room.enter({ mode: call.channel, camera }).catch(() => undefined)
  return room
}
