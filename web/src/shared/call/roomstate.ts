/** What a room needs, what it is at the beginning, what follows from its line, and what its page reports of it. */

import { markRaw, shallowReactive } from 'vue'

import type { SeatLine, SeatReport } from '../live/seats'
import type { LocalMedia } from './localmedia'
import type { Mode, PeerOut, Phase, RoomState, Stats, Ticket } from './types'

export interface RoomMeans {
  line: SeatLine
  media: LocalMedia
  /** Only differences count: of this device. */
  now?: () => number
  make?: (config: RTCConfiguration) => RTCPeerConnection
  /** The same seat once more, for new credentials; and giving it back. */
  seats?: { takeSeat: (room: string, seat: string) => Promise<Ticket>; leaveSeat: (room: string, seat: string) => Promise<unknown> }
}

export interface EnterOptions {
  /** `audio`: the camera is not asked for. */
  mode?: Mode
  /** False: a picture may be shown, but not from the start. */
  camera?: boolean
}

export interface RecordingOptions {
  /** The account under which this device keeps what is not up yet. */
  owner: string
}

export const NOTHING: Stats = { rtt: null, loss: null, lossIn: null, fpsOut: null, fpsIn: null, kbpsOut: null, kbpsIn: null, concealed: null, isRelayed: null, connectMs: null }

export const initial = (local: MediaStream): RoomState => ({
  phase: 'joining',
  overBecause: null,
  seats: [],
  peers: shallowReactive(new Map<string, PeerOut>()),
  local: markRaw(local),
  muted: false,
  camera: false,
  sharing: false,
  mode: 'video',
  modeBecause: null,
  verdict: 'down',
  stats: NOTHING,
  lineUp: false,
  microphoneFault: null,
  cameraFault: null,
  recording: 'off',
  recordingAlarm: null,
  captions: { offered: false, reading: false, asked: null, heard: false, lines: [] },
})

/** 1.2345 ms or percent says no more than 1.2. */
const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)

export function reportOf({ muted, camera, sharing, mode, recording, stats }: RoomState, isUp: boolean): SeatReport {
  return {
    up: isUp,
    muted,
    camera: camera && mode === 'video',
    screen: sharing,
    audio_only: mode === 'audio',
    rtt: round(stats.rtt),
    loss: round(stats.loss),
    fps: round(stats.fpsIn),
    kbps: round(stats.kbpsOut),
    concealed: round(stats.concealed),
    connect_ms: stats.connectMs,
    recording,
  }
}

export function phaseOf(isUp: boolean, hasStood: boolean): Phase {
  if (isUp) return 'live'
  return hasStood ? 'broken' : 'joining'
}
