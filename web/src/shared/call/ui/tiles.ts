/** Who is shown in a call and how large: worked out from the engine's state and from what the person at the page tapped on. */

import type { Text } from '../../api/problem'
import type { RoomState, SeatOut, SeatRole } from '../types'

/** Who looks: the engine tells of the others only. An observer sends nothing and has no picture. */
export interface Me {
  seat: string
  role: SeatRole
  name: Text
  sends: boolean
}

export interface Tile {
  id: string
  role: SeatRole
  name: Text
  stream: MediaStream | null
  isMe: boolean
  isMuted: boolean
  /** There is something to see: a face or a screen. */
  hasPicture: boolean
  isScreen: boolean
  /** Was here, and the line to them is down. */
  isAway: boolean
  /** Here, and their media have not come yet. */
  isJoining: boolean
}

export type Seen = Pick<RoomState, 'seats' | 'peers' | 'local' | 'muted' | 'camera' | 'sharing' | 'mode'>

const BROKEN: ReadonlySet<RTCPeerConnectionState> = new Set(['disconnected', 'failed', 'closed'])

/** A camera that runs is shown to its owner, also where a weak line carries no picture. */
function own(state: Seen, { seat, role, name }: Me): Tile {
  const hasPicture = state.local !== null && (state.sharing || state.camera)
  return { id: seat, role, name, stream: state.local, isMe: true, isMuted: state.muted, hasPicture, isScreen: state.sharing, isAway: false, isJoining: false }
}

function other(state: Seen, seat: SeatOut): Tile {
  const { id, role, name, muted, screen, camera, audio_only } = seat
  const peer = state.peers.get(id)
  const isAway = !seat.here || (peer !== undefined && BROKEN.has(peer.connection))
  return { id, role, name, stream: peer?.stream ?? null, isMe: false, isMuted: muted, hasPicture: screen || (camera && !audio_only), isScreen: screen, isAway, isJoining: !isAway && !peer?.stream }
}

/** Everybody whose media are in the call, oneself last; who only listens is not shown. */
export function tilesOf(state: Seen, me: Me): Tile[] {
  const others = state.seats.filter((seat) => seat.sends && !seat.is_hidden && seat.id !== me.seat).map((seat) => other(state, seat))
  return me.sends ? [...others, own(state, me)] : others
}

/** Which of them stand large and which small. A shared screen comes first, then the chosen one; else all the others, and oneself small. */
export function arrange(tiles: readonly Tile[], chosen: string | null): { large: Tile[]; small: Tile[] } {
  const wanted = tiles.find((tile) => tile.id === chosen) ?? tiles.find((tile) => tile.isScreen && !tile.isMe)
  if (wanted) return { large: [wanted], small: tiles.filter((tile) => tile !== wanted) }
  const others = tiles.filter((tile) => !tile.isMe)
  if (others.length === 0) return { large: [...tiles], small: [] }
  return { large: others, small: tiles.filter((tile) => tile.isMe) }
}

/** Some names tell already what one is: a doctor's by the title, a guest's by the relation. */
export const tellsRole = (name: string, role: SeatRole, roleWord: string): boolean => role === 'guest' || name.includes(roleWord)

/** One sign for a Chinese name, two letters for another. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => !/^(Dr|Prof)\.?$/.test(word))
  if (/[\u3400-\u9fff]/.test(name)) return name.trim().slice(0, 1)
  return words
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join('')
}
