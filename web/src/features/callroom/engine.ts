/** The engine of calls, loaded when somebody goes into one: who only reads never pays for it. */
import { newKey } from '@/shared/api/http'
import { calls } from '@/shared/call/api'
import type { LocalMedia } from '@/shared/call/localmedia'
import type { CallRoom } from '@/shared/call/room'
import type { CallOut } from '@/shared/call/types'
import { line } from '@/shared/live/line'

export type Room = CallRoom

/** Nothing of an observer is sent, and no device is asked for. */
async function devices(sends: boolean): Promise<LocalMedia> {
  const { LocalMedia: Media } = await import('@/shared/call/localmedia')
  void sends
  return new Media()
}

export async function enterRoom(call: CallOut): Promise<Room> {
  const { CallRoom: Made } = await import('@/shared/call/room')
  const ticket = await calls.takeSeat(call.id, newKey())
  const room = new Made(ticket, { line, media: await devices(ticket.role !== 'observer') })
  await room.enter()
  if (call.channel === 'audio') await room.setMode('audio')
  return room
}
