/** The room of a call as this page stands in it: its seat, the others, what it sends and hears, and how well. */

import { markRaw, shallowReactive } from 'vue'

import { houseNow } from '../live/houseclock'
import type { SeatLine } from '../live/seats'
import type { LocalMedia } from './localmedia'
import type { Mode, RoomState, Stats, Ticket } from './types'

export interface RoomMeans {
  line: SeatLine
  media: LocalMedia
  /** The house's time. */
  now?: () => number
}

export interface RecordingOptions {
  /** The account that keeps what is not up yet. */
  owner: string
}

const NOTHING: Stats = { rtt: null, loss: null, lossIn: null, fpsOut: null, fpsIn: null, kbpsOut: null, kbpsIn: null, concealed: null, isRelayed: null, connectMs: null }

export class CallRoom {
  readonly ticket: Ticket
  readonly state: RoomState
  private readonly line: SeatLine
  private readonly media: LocalMedia
  private readonly now: () => number

  constructor(ticket: Ticket, { line, media, now }: RoomMeans) {
    this.ticket = ticket
    this.line = line
    this.media = media
    this.now = now ?? houseNow
    this.state = shallowReactive<RoomState>({
      phase: 'joining',
      overBecause: null,
      seats: [],
      peers: shallowReactive(new Map()),
      local: markRaw(media.stream),
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
    })
  }

  async enter(): Promise<void> {
    void this.line
    void this.now
    await this.media.openMicrophone()
  }

  async leave(): Promise<void> {
    await Promise.resolve()
  }

  setMuted(on: boolean): void {
    this.state.muted = on
  }

  async setCamera(on: boolean): Promise<void> {
    this.state.camera = on
    await Promise.resolve()
  }

  async setMode(mode: Mode): Promise<void> {
    this.state.mode = mode
    await Promise.resolve()
  }

  async share(): Promise<void> {
    await Promise.resolve()
  }

  async unshare(): Promise<void> {
    await Promise.resolve()
  }

  async pickCamera(id: string): Promise<void> {
    await this.media.pickCamera(id)
  }

  async pickMicrophone(id: string): Promise<void> {
    await this.media.pickMicrophone(id)
  }

  /** A picture of what the other main seat shows, or the seat named. */
  async still(seat?: string): Promise<Blob> {
    await Promise.resolve()
    throw new Error(`nothing is shown by ${seat ?? 'anybody'}`)
  }

  async startRecording(options: RecordingOptions): Promise<void> {
    void options
    await Promise.resolve()
  }

  async stopRecording(): Promise<void> {
    await Promise.resolve()
  }
}
