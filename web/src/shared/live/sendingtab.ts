/** Which of a person's tabs sends: the one that holds a Web Lock. Without locks every tab does, and the house stores each message once. */

export class SendingTab {
  private readonly name: string
  private readonly locks: LockManager | undefined
  private readonly gained: () => void
  private waiting: AbortController | null = null
  private letGo: (() => void) | null = null
  private holds = false

  constructor(name: string, gained: () => void, locks: LockManager | undefined) {
    this.name = name
    this.gained = gained
    this.locks = locks
  }

  get isMine(): boolean {
    return this.holds
  }

  /** Waits behind the tab that has it; that one's end is the signal. */
  want(): void {
    if (this.holds || this.waiting) return
    if (!this.locks) {
      this.holds = true
      this.gained()
      return
    }
    this.waiting = new AbortController()
    this.request({ signal: this.waiting.signal })
  }

  /** From a tab that has it and does not answer: it was frozen in the middle. */
  seize(): void {
    if (this.holds || !this.locks) return
    this.waiting?.abort()
    this.waiting = null
    this.request({ steal: true })
  }

  release(): void {
    this.waiting?.abort()
    this.waiting = null
    this.holds = false
    this.letGo?.()
    this.letGo = null
  }

  private request(options: LockOptions): void {
    let isHeld = true
    const held = (): Promise<void> =>
      new Promise((letGo) => {
        // The lock may come after we have stopped wanting it.
        if (options.signal?.aborted) {
          letGo()
          return
        }
        this.waiting = null
        this.holds = true
        this.letGo = () => {
          isHeld = false
          letGo()
        }
        this.gained()
      })
    this.locks?.request(this.name, options, held).catch(() => {
      // Aborted by ourselves, or seized by another tab.
      if (!isHeld || options.signal?.aborted) return
      this.holds = false
      this.want()
    })
  }
}
