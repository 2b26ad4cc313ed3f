/** The conversations that this tab has open: who listens to which, and at which somebody looks. */

import type { Sent } from './courier'
import type { ClientFrame, Joined, Mark, Message, Outgoing, Side } from './protocol'

/** What a conversation on screen wants to be told. */
export interface Listener {
  message: (message: Message) => void
  sent: (sent: Sent) => void
  refused: (item: Outgoing) => void
  typing: (account: string) => void
  /** The newest number heard so far: the line asks for what comes after it. */
  since: () => number
  joined: (frame: Joined) => void
  marks: (side: Side, mark: Mark) => void
  presence: (side: Side, isPresent: boolean) => void
  /** What waits in the outbox is another than before. */
  waiting: () => void
  /** Until the line is back nobody can say who is there. */
  lost: () => void
}

export class Rooms {
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly looks = new Map<string, number>()
  private readonly ask: (frame: ClientFrame) => void

  constructor(ask: (frame: ClientFrame) => void) {
    this.ask = ask
  }

  join(consultation: string, listener: Listener): () => void {
    const there = this.listeners.get(consultation) ?? new Set<Listener>()
    there.add(listener)
    this.listeners.set(consultation, there)
    this.ask({ op: 'join', consultation, since: listener.since() })
    return () => {
      there.delete(listener)
      if (there.size > 0) return
      this.listeners.delete(consultation)
      this.ask({ op: 'leave', consultation })
    }
  }

  /** Only to those who look is told whether the other side is there. */
  look(consultation: string): () => void {
    const before = this.looks.get(consultation) ?? 0
    this.looks.set(consultation, before + 1)
    if (before === 0) this.ask({ op: 'look', consultation, on: true })
    let isLooking = true
    return () => {
      if (!isLooking) return
      isLooking = false
      const left = (this.looks.get(consultation) ?? 1) - 1
      if (left > 0) this.looks.set(consultation, left)
      else {
        this.looks.delete(consultation)
        this.ask({ op: 'look', consultation, on: false })
      }
    }
  }

  /** A new connection knows of no room: each is joined where it was. */
  rejoin(): void {
    for (const [consultation, there] of this.listeners) {
      const since = Math.min(...[...there].map((listener) => listener.since()))
      this.ask({ op: 'join', consultation, since })
    }
    for (const consultation of this.looks.keys()) this.ask({ op: 'look', consultation, on: true })
  }

  tell(consultation: string, say: (listener: Listener) => void): void {
    for (const listener of this.listeners.get(consultation) ?? []) say(listener)
  }

  tellAll(say: (listener: Listener) => void): void {
    for (const there of this.listeners.values()) for (const listener of there) say(listener)
  }
}
