/** What a page records of a call: itself, and everybody it hears, each apart. It says within seconds when it does not. */

import type { RecordingAlarm, RecordingSign, SeatRole } from '../types'
import { theBox, type Box } from './box'
import { Strand } from './strand'
import { resumeUploads } from './uploader'

const WATCH_EVERY_MS = 250
/** So long it may take until there is something to record. */
const BEGIN_WITHIN_MS = 3_000

export interface Source {
  seat: string
  role: SeatRole
  audio: MediaStreamTrack | null
  /** Null while no picture comes: a recorder that waits for one holds back the sound. */
  video: MediaStreamTrack | null
}

export interface RecordingOf {
  owner: string
  call: string
  seat: string
}

export class Recording {
  private readonly of: RecordingOf
  private readonly told: (sign: RecordingSign, alarm: RecordingAlarm | null) => void
  private readonly box: Box
  private readonly strands = new Map<string, Strand>()
  private readonly timer: ReturnType<typeof setInterval>
  private readonly unlisten: () => void
  private readonly began = performance.now()
  private said = ''
  /** Asked to, or because none of its strands is wanted any more. */
  isOver = false

  constructor(of: RecordingOf, told: (sign: RecordingSign, alarm: RecordingAlarm | null) => void, box = theBox(of.owner)) {
    this.of = of
    this.told = told
    this.box = box
    this.timer = setInterval(() => this.watch(), WATCH_EVERY_MS)
    this.unlisten = this.box.onRefused((segment, code) => {
      for (const strand of this.strands.values()) void this.refused(strand, segment, code)
    })
    resumeUploads(of.owner)
  }

  follow(sources: readonly Source[]): void {
    if (this.isOver) return
    const there = new Set(sources.map(({ seat }) => seat))
    for (const [seat, strand] of this.strands) if (!there.has(seat)) strand.follow(null, null)
    for (const { seat, role, audio, video } of sources) {
      const { call } = this.of
      const strand = this.strands.get(seat) ?? new Strand({ call, seat: this.of.seat, of: seat, of_role: role }, this.box)
      this.strands.set(seat, strand)
      strand.follow(audio, video)
    }
    this.say()
  }

  /** Settles when all that was recorded is in the box. */
  async stop(): Promise<void> {
    this.over()
    await Promise.all([...this.strands.values()].map((strand) => strand.stop()))
    this.told('off', null)
  }

  private over(): void {
    this.isOver = true
    clearInterval(this.timer)
    this.unlisten()
  }

  /** What was said without consent ends what is recorded now, and no other: segments of earlier recordings are refused late. */
  private async refused(strand: Strand, segment: string, code: string): Promise<void> {
    if (!(await strand.records(segment)) || this.isOver) return
    if (code !== 'recording_not_agreed') {
      strand.anew()
      return
    }
    void strand.stop()
    this.say()
    if ([...this.strands.values()].some(({ state }) => state !== 'idle')) return
    this.over()
    // Not `off`: nobody here has taken it back, and who asked for it must see that it does not run.
    this.told('lost', 'lost')
  }

  private watch(): void {
    for (const strand of this.strands.values()) strand.watch()
    this.say()
  }

  private say(): void {
    if (this.isOver) return
    const states = [...this.strands.values()].map(({ state, isStopped }) => (isStopped ? 'lost' : state))
    const isNothing = !states.some((state) => state !== 'idle')
    const isLate = performance.now() - this.began > BEGIN_WITHIN_MS
    const alarm = alarmOf(states, isNothing && isLate, this.box.isInMemory)
    const sign: RecordingSign = alarm === 'lost' || states.includes('full') ? 'lost' : 'on'
    const now = `${sign} ${alarm ?? ''}`
    if (now === this.said) return
    this.said = now
    this.told(sign, alarm)
  }
}

/** In the page alone it still goes on, and is sent; but a reload would lose what waits. */
function alarmOf(states: readonly string[], isNothing: boolean, isInMemory: boolean): RecordingAlarm | null {
  if (states.includes('full') || isInMemory) return 'full'
  return isNothing || states.includes('lost') ? 'lost' : null
}
