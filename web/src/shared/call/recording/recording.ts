/** What a page records of a call: a segment for each set of tracks of each seat. */
import type { RecordingAlarm, RecordingSign, SeatRole } from '../types'

export interface Source {
  seat: string
  role: SeatRole
  audio: MediaStreamTrack | null
  video: MediaStreamTrack | null
}

export class Recording {
  readonly told: (sign: RecordingSign, alarm: RecordingAlarm | null) => void
  constructor(_of: { owner: string; call: string; seat: string }, told: (sign: RecordingSign, alarm: RecordingAlarm | null) => void) {
    this.told = told
  }
  follow(sources: readonly Source[]): void {
    this.told(sources.length ? 'on' : 'off', null)
  }
  async stop(): Promise<void> {
    await Promise.resolve()
  }
}
