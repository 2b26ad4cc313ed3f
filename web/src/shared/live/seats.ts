/** The seats of call rooms on a line: it sits by itself again for each of them when it has come back. */

import type { Text } from '../api/problem'

export type SeatRole = 'patient' | 'doctor' | 'specialist' | 'guest' | 'observer'
/** What a page says of a recording it makes: `lost` while one should run and does not. */
export type RecordingSign = 'off' | 'on' | 'lost'

/** One page of one person in a room, as the house tells of it. */
export interface SeatOut {
  id: string
  person: string
  role: SeatRole
  name: Text
  is_main: boolean
  sends: boolean
  /** False: a guest who has not agreed to it. */
  may_be_recorded?: boolean
  here: boolean
  /** How often it sat: a higher number means that it came back. */
  line: number
  muted: boolean
  camera: boolean
  screen: boolean
  audio_only: boolean
  recording: RecordingSign
  /** Only the doctor's page is told of such a seat, and shows it to nobody. */
  is_hidden?: boolean
}

export interface SeatReport {
  /** Sound reaches the other main seat. */
  up: boolean
  muted: boolean
  camera: boolean
  screen: boolean
  audio_only: boolean
  rtt: number | null
  /** Percent. */
  loss: number | null
  fps: number | null
  kbps: number | null
  /** Percent of what is heard that the browser had to make up. */
  concealed: number | null
  connect_ms: number | null
  recording: RecordingSign
}

export type UnseatedBecause = 'elsewhere' | 'ended' | 'removed'

export interface SeatListener {
  /** This line stands for the seat now: the first time, and after each time that it was lost. */
  seated: (seats: SeatOut[]) => void
  seats: (seats: SeatOut[]) => void
  signal: (from: string, data: unknown) => void
  unseated: (reason: UnseatedBecause) => void
  lost: () => void
}

/** What a call asks of a line: the one of an account and the one of a guest fulfil it. */
export interface SeatLine {
  /** Until the returned function is called. */
  sit: (room: string, seat: string, listener: SeatListener) => () => void
  /** Lost when the line is down, or the other is not here. */
  signal: (room: string, seat: string, to: string, data: unknown) => void
  report: (room: string, seat: string, report: SeatReport) => void
}

export type SeatAsk =
  | { op: 'sit'; room: string; seat: string }
  | { op: 'unsit'; room: string; seat: string }
  | { op: 'signal'; room: string; seat: string; to: string; data: unknown }
  | ({ op: 'report'; room: string; seat: string } & SeatReport)

export type SeatFrame =
  | { op: 'seated'; room: string; seat: string; seats: SeatOut[] }
  | { op: 'seats'; room: string; seats: SeatOut[] }
  | { op: 'signal'; room: string; from: string; data: unknown }
  | { op: 'unseated'; room: string; seat: string; reason: UnseatedBecause }

interface Sitting {
  room: string
  seat: string
  listener: SeatListener
}

export class Seats implements SeatLine {
  private readonly sittings = new Map<string, Sitting>()
  private readonly ask: (frame: SeatAsk) => void

  constructor(ask: (frame: SeatAsk) => void) {
    this.ask = ask
  }

  /** While somebody sits, a dead line must be noticed soon. */
  get isAnyTaken(): boolean {
    return this.sittings.size > 0
  }

  sit(room: string, seat: string, listener: SeatListener): () => void {
    const mine = { room, seat, listener }
    this.sittings.set(seat, mine)
    this.ask({ op: 'sit', room, seat })
    return () => {
      if (this.sittings.get(seat) !== mine) return
      this.sittings.delete(seat)
      this.ask({ op: 'unsit', room, seat })
    }
  }

  signal(room: string, seat: string, to: string, data: unknown): void {
    this.ask({ op: 'signal', room, seat, to, data })
  }

  report(room: string, seat: string, report: SeatReport): void {
    this.ask({ op: 'report', room, seat, ...report })
  }

  /** A new connection stands for no seat. */
  again(): void {
    for (const { room, seat } of this.sittings.values()) this.ask({ op: 'sit', room, seat })
  }

  lost(): void {
    for (const { listener } of [...this.sittings.values()]) listener.lost()
  }

  hear(frame: SeatFrame): void {
    for (const sitting of [...this.sittings.values()]) if (sitting.room === frame.room) this.tell(sitting, frame)
  }

  private tell({ seat, listener }: Sitting, frame: SeatFrame): void {
    switch (frame.op) {
      case 'seated':
        if (frame.seat === seat) listener.seated(frame.seats)
        break
      case 'seats':
        listener.seats(frame.seats)
        break
      case 'signal':
        listener.signal(frame.from, frame.data)
        break
      case 'unseated':
        if (frame.seat !== seat) return
        this.sittings.delete(seat)
        listener.unseated(frame.reason)
    }
  }
}
