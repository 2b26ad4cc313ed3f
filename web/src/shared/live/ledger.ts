/** The numbered rows of one thread, as far as they are here, and what they amount to on screen. */

import { SPOKEN, type Message, type Sender } from './protocol'

export interface Earlier {
  text: string
  at: string
}

/** A message as it stands now: the last edit's words, nothing of what was withdrawn. */
export interface Shown extends Message {
  /** What it said before, oldest first. */
  earlier: Earlier[]
  /** Of an own message that was withdrawn while this page was open: its words, to write again. */
  takenBack?: string
}

const textOf = (message: Message): string => (typeof message.body.text === 'string' ? message.body.text : '')

export class Ledger {
  private readonly bySeq = new Map<number, Message>()
  private readonly clientIds = new Set<string>()
  private below = 0
  private highest = 0

  /** The newest number up to which nothing is missing, counted from the oldest that is here. */
  get complete(): number {
    return this.highest
  }

  /** There are older messages that were not read yet. */
  get hasOlder(): boolean {
    return this.below > 0
  }

  /** The lowest number that is here; 1 when all are. */
  get oldest(): number {
    return this.below + 1
  }

  /** Some later number is there, an earlier one is not. */
  get gap(): boolean {
    return this.bySeq.size > this.highest - this.below
  }

  /** The newest page of a long thread: what is older is read when somebody wants to see it. */
  begin(page: readonly Message[]): void {
    this.below = this.highest = Math.max(0, (page[0]?.seq ?? 1) - 1)
    for (const message of page) this.take(message)
  }

  /** The page that ends where this ledger begins. */
  prepend(page: readonly Message[]): void {
    for (const message of page) if (message.seq <= this.below) this.keep(message)
    while (this.below > 0 && this.bySeq.has(this.below)) this.below -= 1
  }

  /** True when the message was new. */
  take(message: Message): boolean {
    if (message.seq <= this.below || this.bySeq.has(message.seq)) return false
    this.keep(message)
    while (this.bySeq.has(this.highest + 1)) this.highest += 1
    return true
  }

  has(clientId: string): boolean {
    return this.clientIds.has(clientId)
  }

  inOrder(): Message[] {
    return [...this.bySeq.values()].sort((a, b) => a.seq - b.seq)
  }

  /** The newest number without a gap that came from this sender, 0 when there is none. */
  newestOf(sender: Sender): number {
    for (let seq = this.highest; seq > this.below; seq -= 1) if (this.bySeq.get(seq)?.sender === sender) return seq
    return 0
  }

  /** Turns that began after a number: the patient wrote and was not the last to write. */
  turnsAfter(seq: number): number {
    let last: Sender | null = null
    let turns = 0
    for (const message of this.inOrder()) {
      if (!SPOKEN.has(message.kind)) continue
      if (message.seq > seq && message.sender === 'patient' && last !== 'patient') turns += 1
      last = message.sender
    }
    return turns
  }

  shown(me: Sender): Shown[] {
    const rows = this.inOrder()
    const edits = new Map<number, Message[]>()
    const withdrawn = new Set<number>()
    for (const row of rows) {
      const of = row.body.of
      if (row.kind === 'withdrawal' && of !== undefined) withdrawn.add(of)
      if (row.kind === 'edit' && of !== undefined && !row.withdrawn) edits.set(of, [...(edits.get(of) ?? []), row])
    }
    return rows
      .filter(({ kind }) => kind !== 'edit' && kind !== 'withdrawal')
      .map((row) => (withdrawn.has(row.seq) || row.withdrawn ? asWithdrawn(row, edits.get(row.seq) ?? [], me) : asEdited(row, edits.get(row.seq) ?? [])))
  }

  private keep(message: Message): void {
    this.bySeq.set(message.seq, message)
    this.clientIds.add(message.client_id)
  }
}

function asEdited(row: Message, edits: readonly Message[]): Shown {
  const last = edits.at(-1)
  if (!last) return { ...row, earlier: [] }
  const earlier = [row, ...edits.slice(0, -1)].map((one) => ({ text: textOf(one), at: one.at }))
  return { ...row, body: { ...row.body, text: textOf(last) }, earlier }
}

function asWithdrawn(row: Message, edits: readonly Message[], me: Sender): Shown {
  const words = textOf(edits.at(-1) ?? row)
  const shown: Shown = { ...row, body: {}, withdrawn: true, earlier: [] }
  return words && row.sender === me ? { ...shown, takenBack: words } : shown
}
