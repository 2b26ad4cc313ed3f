/** One consultation, its newest page read once and then followed: what was read, what is on its way, who has seen what. */

import { hearTime } from './houseclock'
import { Ledger } from './ledger'
import type { Line } from './line'
import { Marker } from './marks'
import type { Joined, Limits, Mark, Marks, Message, Outgoing, Side } from './protocol'
import type { ReadPage } from './thread'

export const PAGE = 60
const FILL = 200
/** Read before what somebody is taken to, so that it does not stand at the very top. */
const CONTEXT = 20
/** Above every number. */
const END = 2 ** 31 - 1

export interface Told {
  changed: () => void
  typing: (by: string) => void
  /** Somebody said something: nobody is typing now. */
  spoke: () => void
}

const nothing = (): Mark => ({ got: 0, read: 0 })

export class Following {
  readonly ledger = new Ledger()
  readonly marks: Marks = { patient: nothing(), doctor: nothing() }
  /** Whether the other side is there; null when nobody has said. */
  present: boolean | null = null
  private readonly id: string
  private readonly line: Line
  private readonly me: Side
  private readonly other: Side
  private readonly told: Told
  private readonly marker: Marker
  private joined: Joined | null = null
  private unread: number | null = null
  private saw = 0
  private askedFrom = -1
  private leave: (() => void) | null = null
  private isOver = false
  private read: ReadPage = () => Promise.reject(new Error('not begun'))

  constructor(id: string, line: Line, me: Side, told: Told) {
    this.id = id
    this.line = line
    this.me = me
    this.other = me === 'patient' ? 'doctor' : 'patient'
    this.told = told
    this.marker = new Marker((mark) => line.mark(id, mark))
  }

  /** Joins after reading: what came between the two is asked for by number. */
  async begin(read: ReadPage): Promise<void> {
    this.read = read
    let page = await read(this.id, { before: END }, PAGE)
    this.ledger.begin(page.messages)
    while (page.messages.length > 0 && this.ledger.complete < page.last_seq) {
      page = await read(this.id, { since: this.ledger.complete }, FILL)
      for (const message of page.messages) this.ledger.take(message)
    }
    await this.line.ready
    if (!this.isOver) this.listen()
  }

  async older(read: ReadPage): Promise<void> {
    const page = await read(this.id, { before: this.ledger.oldest }, PAGE)
    this.ledger.prepend(page.messages)
  }

  /** Reads back until this number is here, whatever lies between. */
  async reach(seq: number): Promise<void> {
    const found: Message[] = []
    let since = Math.max(0, seq - 1 - CONTEXT)
    while (since < this.ledger.oldest - 1) {
      const { messages } = await this.read(this.id, { since }, FILL)
      const last = messages.at(-1)
      if (!last) break
      found.push(...messages)
      since = last.seq
    }
    this.ledger.prepend(found)
  }

  stop(): void {
    this.isOver = true
    this.marker.stop()
    this.leave?.()
  }

  /** What is on its way; a message that has arrived after all is forgotten. */
  pending(): Outgoing[] {
    const items = this.line.pending(this.id)
    for (const item of items) if (this.ledger.has(item.client_id)) void this.line.discard(item)
    return items.filter((item) => !this.ledger.has(item.client_id))
  }

  sawUpTo(seq: number): void {
    const theirs = Math.min(seq, this.ledger.newestOf(this.other))
    if (theirs <= this.saw || !this.leave) return
    this.saw = theirs
    this.marker.read(theirs)
    this.told.changed()
  }

  /** By this person: on this page, or on any device before. */
  readUpTo(): number {
    return Math.max(this.saw, this.marks[this.me].read)
  }

  /** The first message of the other side that was unread when this page opened the thread; null when all or none were. */
  firstUnread(): number | null {
    return this.unread
  }

  limits(): Limits | null {
    const { joined } = this
    if (joined?.turns === undefined) return null
    const { max_turns = null, closes_at = null, is_open = true } = joined
    return { turns: joined.turns + this.ledger.turnsAfter(joined.last_seq), max_turns, closes_at, is_open }
  }

  private listen(): void {
    this.leave = this.line.join(this.id, {
      since: () => this.ledger.complete,
      message: (message) => this.heard(message),
      sent: ({ client_id, seq, at, item }) => {
        // The sender's own socket hears the acknowledgement only: the message is put together here.
        if (item) this.ledger.take({ ...this.fromMe(item), client_id, seq, at })
        this.fill(seq)
        this.told.changed()
      },
      refused: () => this.told.changed(),
      typing: (by) => this.told.typing(by),
      joined: (frame) => this.hasJoined(frame),
      marks: (side, mark) => {
        this.raise(side, mark)
        if (side === this.me) this.marker.heard(mark)
        this.told.changed()
      },
      presence: (side, isPresent) => {
        if (side === this.other) this.present = isPresent
        this.told.changed()
      },
      waiting: () => this.told.changed(),
      lost: () => {
        this.present = null
        this.told.changed()
      },
    })
    this.received()
  }

  private heard(message: Message): void {
    if (!this.ledger.take(message)) return
    if (message.sender !== 'system') this.told.spoke()
    this.fill()
    this.received()
    const isStep = message.kind === 'card' && this.joined !== null && message.seq > this.joined.last_seq
    if (isStep) {
      hearTime(message.at)
      // A step of the visit may open, close or extend the thread: the house says how it stands now.
      this.line.catchUp(this.id, this.ledger.complete)
    }
    this.told.changed()
  }

  private hasJoined(frame: Joined): void {
    if (frame.marks && !this.joined) void this.lookForUnread(frame.marks[this.me].read)
    this.joined = frame
    if (frame.marks) {
      this.raise('patient', frame.marks.patient)
      this.raise('doctor', frame.marks.doctor)
      this.marker.known(frame.marks[this.me])
    }
    this.fill()
    this.told.changed()
  }

  /** More than a page may be unread: the line stands where it begins, so that has to be here first. */
  private async lookForUnread(read: number): Promise<void> {
    if (read === 0) return
    if (read < this.ledger.oldest - 1) await this.reach(read + 1).catch(() => undefined)
    if (this.isOver || read < this.ledger.oldest - 1) return
    this.unread = this.unreadAfter(read)
    this.told.changed()
  }

  private unreadAfter(read: number): number | null {
    return this.ledger.inOrder().find(({ seq, sender }) => seq > read && sender === this.other)?.seq ?? null
  }

  private received(): void {
    const newest = this.ledger.newestOf(this.other)
    if (newest > 0) this.marker.got(newest)
  }

  private raise(side: Side, { got, read }: Mark): void {
    const known = this.marks[side]
    this.marks[side] = { got: Math.max(known.got, got), read: Math.max(known.read, read) }
  }

  /** Asks for what is missing below a number that is known; once, since a new connection asks anyhow. */
  private fill(known = 0): void {
    const { complete, gap } = this.ledger
    if ((!gap && known <= complete) || this.askedFrom === complete) return
    this.askedFrom = complete
    this.line.catchUp(this.id, complete)
  }

  private fromMe({ consultation, kind, body }: Outgoing): Omit<Message, 'client_id' | 'seq' | 'at'> {
    return { consultation_id: consultation, sender: this.me, sender_id: '', kind, body }
  }
}
