/** Captions: whoever wishes to read tells the others; those who agree have a few seconds of their own voice written down at a time. */

import { kindFor } from '../media/kinds'
import type { CaptionLine, SeatOut } from './types'

const PIECE_MS = 4_000
/** A line stays so long, and no more than so many do. */
const SHOWN_MS = 12_000
const SHOWN_MOST = 3
/** A recorder that was cut off at once has a head and no sound. */
const LEAST_BYTES = 400
const LONGEST_TEXT = 500
/** After a piece that was not written down the next ones wait a moment: a house that is away is not pressed. */
const REST_MS = 8_000

export interface CaptionMeans {
  /** To one page of the room. */
  say: (to: string, data: unknown) => void
  /** The own voice; null while it is muted. */
  voice: () => MediaStreamTrack | null
  writeDown: (sound: Blob, ms: number) => Promise<string>
  changed: () => void
  now?: () => number
  /** Records so many milliseconds of this track, or less when it is aborted. */
  record?: (track: MediaStreamTrack, ms: number, signal: AbortSignal) => Promise<Blob>
}

interface CaptionSignal {
  kind: 'caption'
  wish?: boolean
  text?: string
}

const captionFrom = (data: unknown): CaptionSignal | null =>
  typeof data === 'object' && data !== null && (data as { kind?: unknown }).kind === 'caption' ? (data as CaptionSignal) : null

export class Captions {
  /** This page reads. */
  reading = false
  private readonly means: CaptionMeans
  private readonly readers = new Set<string>()
  private answer: boolean | null = null
  private seats: readonly string[] = []
  private spoken: CaptionLine[] = []
  private running: AbortController | null = null

  constructor(means: CaptionMeans) {
    this.means = means
  }

  /** Somebody wishes to read what this page's person says, who has said neither yes nor no. */
  get isAsked(): boolean {
    return this.readers.size > 0 && this.answer === null
  }

  /** What this page's person says is written down. */
  get isHeard(): boolean {
    return this.readers.size > 0 && this.answer === true
  }

  /** Of the person who speaks; holds for this call, and may be taken back. */
  agree(isYes: boolean): void {
    this.answer = isYes
    this.go()
    this.means.changed()
  }

  /** The newest last. */
  get lines(): CaptionLine[] {
    const since = this.now() - SHOWN_MS
    return this.spoken.filter(({ at }) => at > since).slice(-SHOWN_MOST)
  }

  read(on: boolean): void {
    if (on === this.reading) return
    this.reading = on
    if (!on) this.spoken = []
    for (const seat of this.seats) this.wish(seat)
    this.means.changed()
  }

  /** Who comes later is told as well; who has gone reads no more. */
  follow(seats: readonly SeatOut[]): void {
    const here = seats.filter((seat) => seat.here && seat.sends).map((seat) => seat.id)
    const before = this.seats
    this.seats = here
    if (this.reading) for (const seat of here) if (!before.includes(seat)) this.wish(seat)
    for (const reader of this.readers) if (!seats.some(({ id }) => id === reader)) this.readers.delete(reader)
    this.go()
  }

  /** False: it was about something else. */
  hear(from: string, data: unknown): boolean {
    const said = captionFrom(data)
    if (!said) return false
    if (typeof said.wish === 'boolean') {
      if (said.wish) this.readers.add(from)
      else this.readers.delete(from)
      this.go()
      this.means.changed()
    }
    if (typeof said.text === 'string' && said.text && this.reading) {
      this.spoken = [...this.lines, { seat: from, text: said.text.slice(0, LONGEST_TEXT), at: this.now() }]
      this.means.changed()
      setTimeout(() => this.means.changed(), SHOWN_MS + 50)
    }
    return true
  }

  stop(): void {
    this.readers.clear()
    this.spoken = []
    this.reading = false
    this.running?.abort()
    this.running = null
  }

  private now(): number {
    return this.means.now?.() ?? Date.now()
  }

  private wish(seat: string): void {
    this.means.say(seat, { kind: 'caption', wish: this.reading } satisfies CaptionSignal)
  }

  private go(): void {
    if (!this.isHeard) {
      this.running?.abort()
      this.running = null
    } else if (!this.running) {
      this.running = new AbortController()
      void this.speak(this.running.signal)
    }
  }

  private async speak(over: AbortSignal): Promise<void> {
    const isOver = (): boolean => over.aborted
    while (!isOver()) {
      const voice = this.means.voice()
      if (!voice) {
        await rest(PIECE_MS / 8, over)
        continue
      }
      const began = this.now()
      const sound = await (this.means.record ?? recorded)(voice, PIECE_MS, over).catch(() => null)
      if (isOver()) return
      if (!sound) await rest(REST_MS, over)
      else if (sound.size >= LEAST_BYTES) void this.writeDown(sound, this.now() - began)
    }
  }

  private async writeDown(sound: Blob, ms: number): Promise<void> {
    const text = await this.means.writeDown(sound, Math.max(1, Math.round(ms))).catch(() => '')
    if (text) for (const seat of this.readers) this.means.say(seat, { kind: 'caption', text } satisfies CaptionSignal)
  }
}

function rest(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    const cut = (): void => {
      clearTimeout(timer)
      done()
    }
    over.addEventListener('abort', cut, { once: true })
  })
}

/** A whole file for each piece: the house hands it on as it is. Raises: DOMException where nothing can be recorded. */
async function recorded(track: MediaStreamTrack, ms: number, over: AbortSignal): Promise<Blob> {
  const mimeType = kindFor('sound')
  const recorder = new MediaRecorder(new MediaStream([track]), { mimeType, audioBitsPerSecond: 24_000 })
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => pieces.push(data)
  const ended = new Promise<void>((done) => (recorder.onstop = () => done()))
  recorder.start()
  await rest(ms, over)
  if (recorder.state !== 'inactive') recorder.stop()
  await ended
  return new Blob(pieces, { type: mimeType.split(';')[0] ?? '' })
}
