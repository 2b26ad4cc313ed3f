/** One MediaRecorder from its start to its end, over tracks that stay the same. */

import { kindFor } from '../../media/kinds'

const VIDEO_BITS = 300_000
const AUDIO_BITS = 32_000
export const SLICE_MS = 2_000

export interface TakeTold {
  /** In order; never empty. `beganMs`: since the take began. */
  chunk: (bytes: Blob, beganMs: number) => void
  /** By itself, or because it was asked to; no chunk comes after. */
  ended: () => void
}

export class Take {
  readonly mime: string
  private readonly recorder: MediaRecorder
  private readonly told: TakeTold
  private readonly began = performance.now()
  private last = performance.now()
  private chunkBegan = 0

  /** Raises: DOMException where the browser records nothing. */
  constructor(tracks: readonly MediaStreamTrack[], told: TakeTold) {
    const hasPicture = tracks.some(({ kind }) => kind === 'video')
    const mimeType = kindFor(hasPicture ? 'film' : 'sound')
    this.told = told
    // A stream of its own: one whose tracks change under it stops.
    this.recorder = new MediaRecorder(new MediaStream([...tracks]), { ...(mimeType ? { mimeType } : {}), videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS })
    this.recorder.ondataavailable = ({ data }) => this.take(data)
    this.recorder.onstop = this.recorder.onerror = () => this.told.ended()
    this.recorder.start(SLICE_MS)
    this.mime = this.recorder.mimeType || mimeType
  }

  get isRecording(): boolean {
    return this.recorder.state === 'recording'
  }

  /** Since something last came; asks for what there is when it is late. */
  silentMs(): number {
    const silent = performance.now() - this.last
    if (this.isRecording && silent > SLICE_MS + 200) this.recorder.requestData()
    return silent
  }

  stop(): void {
    if (this.recorder.state === 'inactive') return
    this.recorder.stop()
  }

  private take(data: Blob): void {
    // Asked for in vain: it lives, and yields nothing.
    if (data.size === 0) return
    const now = performance.now()
    const began = this.chunkBegan
    this.last = now
    // The house takes only what begins later than what it has.
    this.chunkBegan = Math.max(began + 1, Math.round(now - this.began))
    this.told.chunk(data, began)
  }
}
