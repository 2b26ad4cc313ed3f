/** Tells the house what this side has received and read: the highest numbers only, at most twice a second a thread. */

import type { Mark } from './protocol'

const EVERY_MS = 600

export class Marker {
  private readonly say: (mark: Mark) => void
  private wanted: Mark = { got: 0, read: 0 }
  private told: Mark = { got: 0, read: 0 }
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `say` is called only when there is something to tell. */
  constructor(say: (mark: Mark) => void) {
    this.say = say
  }

  got(seq: number): void {
    this.raise({ got: seq, read: 0 })
  }

  read(seq: number): void {
    this.raise({ got: seq, read: seq })
  }

  /** What the house knows when a thread is joined; after a lost line that may be less than was told. */
  known(mark: Mark): void {
    this.told = { ...mark }
    this.raise(mark)
  }

  /** Another device of this side was ahead. */
  heard({ got, read }: Mark): void {
    this.told = { got: Math.max(this.told.got, got), read: Math.max(this.told.read, read) }
    this.raise({ got, read })
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private raise({ got, read }: Mark): void {
    this.wanted = { got: Math.max(this.wanted.got, got), read: Math.max(this.wanted.read, read) }
    if (this.timer === undefined) this.tell()
  }

  private tell(): void {
    this.timer = undefined
    const { got, read } = this.wanted
    if (got <= this.told.got && read <= this.told.read) return
    this.told = { got, read }
    this.say({ got, read })
    this.timer = setTimeout(() => this.tell(), EVERY_MS)
  }
}
