/** The one socket of a tab: connects, comes back by itself, rejoins where it was and sends what is still to be sent. */

import { reactive, readonly, ref } from 'vue'

import { newKey } from '../api/http'
import { uploadFile } from '../api/upload'
import { whoAnswers, type Answer } from './captive'
import { Courier, type Means } from './courier'
import { forgetTime, hearTime } from './houseclock'
import { Outbox, type Keeping, type Shelf } from './outbox'
import { CLOSED, type Body, type ClientFrame, type LiveEvent, type Mark, type Outgoing, type Reason, type ServerFrame } from './protocol'
import { Rooms, type Listener } from './rooms'
import { Seats, type SeatLine, type SeatListener, type SeatReport } from './seats'
import { watchSigns } from './wake'

/** `captive`: the network wants its own sign-in page to be seen before it lets anything through. */
export type LineState = 'idle' | 'connecting' | 'online' | 'offline' | 'captive' | 'signed_out'

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 15_000
/** When the house hangs up, all its callers lose the line at once: they must not all come back at once. */
const CROWD_WAIT_MS = 3_000
const CROWD_ATTEMPTS = 2
const ANSWER_WITHIN_MS = 12_000
const PROBE_WITHIN_MS = 3_000
const PING_EVERY_MS = 25_000
/** In a call, where the line is what brings two people together again after a gap. */
const CALL_PING_EVERY_MS = 4_000
const CALL_ANSWER_WITHIN_MS = 7_000
const CALL_LONGEST_WAIT_MS = 2_000
const HELLO = 'hello'
const PING = 'ping'
/** Closed by ourselves: the browser knew that the network was gone, or nothing answered. */
const BY_US = 0

export interface Surroundings extends Means {
  open: () => WebSocket
  shelf: Shelf | undefined
  whoAnswers: () => Promise<Answer>
}

const browser = (): Surroundings => ({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`),
  random: Math.random,
  shelf: undefined,
  locks: (navigator as { locks?: LockManager }).locks,
  channel: (name) => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)),
  upload: uploadFile,
  whoAnswers,
})

export class Line implements SeatLine {
  private readonly phase = ref<LineState>('idle')
  readonly state = readonly(this.phase)
  private readonly count = ref(0)
  /** How many messages wait to be sent, over all conversations. */
  readonly waiting = readonly(this.count)
  private readonly keeps = ref<Keeping>('opening')
  /** Whether what waits would survive a reload. */
  readonly keeping = readonly(this.keeps)
  private readonly around: Surroundings
  private socket: WebSocket | null = null
  private greeted = false
  private outbox: Outbox | null = null
  private courier: Courier | null = null
  private attempts = 0
  private position: number | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private unwatch: (() => void) | null = null
  private readonly unanswered = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly rooms = new Rooms((frame) => this.ask(frame))
  private readonly seats = new Seats((frame) => this.ask(frame))
  private readonly eventListeners = new Set<(event: LiveEvent) => void>()
  private readonly resyncListeners = new Set<() => void>()
  private readonly noShares = reactive(new Map<string, number>())

  constructor(around?: Surroundings) {
    this.around = around ?? browser()
  }

  /** Idempotent; the owner separates the outboxes of two people who share a browser. */
  start(owner: string): void {
    if (this.outbox?.owner !== owner) this.openOutbox(owner)
    if (this.phase.value !== 'idle' && this.phase.value !== 'signed_out') return
    this.unwatch ??= this.watch()
    this.connect()
  }

  stop(): void {
    this.unwatch?.()
    this.unwatch = null
    clearTimeout(this.timer)
    this.hangUp()
    this.courier?.shut()
    this.outbox?.shut()
    this.courier = this.outbox = null
    this.position = null
    this.count.value = 0
    this.phase.value = 'idle'
  }

  /** Settles when what an earlier page has left to send is known. */
  get ready(): Promise<void> {
    return this.outbox?.ready ?? Promise.resolve()
  }

  join(consultation: string, listener: Listener): () => void {
    return this.rooms.join(consultation, listener)
  }

  /** Asks again for everything after the listener's newest number: a gap was seen. */
  catchUp(consultation: string, since: number): void {
    this.ask({ op: 'join', consultation, since })
  }

  /**
   * Kept first, sent then: nothing is lost between the two. On screen at once.
   * Raises: ApiProblem `device_full` when the device cannot keep it; it is then not sent.
   */
  async send(consultation: string, kind: Outgoing['kind'], body: Body, file?: Blob): Promise<Outgoing> {
    if (!this.outbox) throw new Error('the line is not started')
    const fresh = { consultation, client_id: newKey(), kind, body, written_at: new Date().toISOString() }
    const item = await this.outbox.add(file ? { ...fresh, file } : fresh)
    this.courier?.pump()
    return item
  }

  async resend(item: Outgoing): Promise<void> {
    const again = { ...item }
    delete again.refused
    await this.outbox?.update(again)
    this.courier?.pump()
  }

  async discard(item: Outgoing): Promise<void> {
    await this.outbox?.drop(item.client_id)
  }

  pending(consultation: string): Outgoing[] {
    return this.outbox?.all(consultation) ?? []
  }

  /** Client id -> how much of its file is up, 0..1. */
  get shares(): ReadonlyMap<string, number> {
    return this.courier?.shares ?? this.noShares
  }

  typing(consultation: string): void {
    this.ask({ op: 'typing', consultation })
  }

  mark(consultation: string, mark: Mark): void {
    this.ask({ op: 'mark', consultation, ...mark })
  }

  /** Only to those who look is told whether the other side is there. */
  look(consultation: string): () => void {
    return this.rooms.look(consultation)
  }

  /** For a seat in the room of a call: again by itself after each time that the line was lost. */
  sit(room: string, seat: string, listener: SeatListener): () => void {
    const leave = this.seats.sit(room, seat, listener)
    this.beat()
    return () => {
      leave()
      this.beat()
    }
  }

  signal(room: string, seat: string, to: string, data: unknown): void {
    this.seats.signal(room, seat, to, data)
  }

  report(room: string, seat: string, report: SeatReport): void {
    this.seats.report(room, seat, report)
  }

  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.eventListeners.add(listener)
    return () => this.eventListeners.delete(listener)
  }

  /** The feed had a gap too long to fill: what was fetched before may be old. */
  onResync(listener: () => void): () => void {
    this.resyncListeners.add(listener)
    return () => this.resyncListeners.delete(listener)
  }

  private openOutbox(owner: string): void {
    this.courier?.shut()
    this.outbox?.shut()
    const outbox = new Outbox(owner, () => this.outboxChanged(), this.around.shelf)
    this.outbox = outbox
    this.courier = new Courier(
      outbox,
      {
        say: (frame) => this.ask(frame),
        expect: (name) => this.expect(name),
        answered: (name) => this.answered(name),
        sent: (sent) => this.rooms.tell(sent.consultation, (l) => l.sent(sent)),
        refused: (item) => this.rooms.tell(item.consultation, (l) => l.refused(item)),
      },
      this.around,
    )
    void outbox.ready.then(() => this.courier?.pump())
  }

  private outboxChanged(): void {
    // It tells of changes while it is being made, too.
    if (!this.outbox) return
    this.count.value = this.outbox.all().filter((item) => !item.refused).length
    this.keeps.value = this.outbox.keeping.value
    this.rooms.tellAll((l) => l.waiting())
    this.courier?.pump()
  }

  private watch(): () => void {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (this.keeps.value === 'memory' && this.count.value > 0) event.preventDefault()
    }
    addEventListener('beforeunload', leaving)
    const unwatch = watchSigns({ woke: () => this.woke(), lost: () => this.socket && this.closed(BY_US), sleeps: () => this.socket && this.closed(BY_US) })
    return () => {
      removeEventListener('beforeunload', leaving)
      unwatch()
    }
  }

  private connect(): void {
    clearTimeout(this.timer)
    if (this.phase.value !== 'offline' && this.phase.value !== 'captive') this.phase.value = 'connecting'
    const socket = this.around.open()
    this.socket = socket
    this.expect(HELLO, this.seats.isAnyTaken ? CALL_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS)
    socket.onmessage = (e) => {
      if (this.socket === socket) this.receive(JSON.parse(String(e.data)) as ServerFrame)
    }
    socket.onclose = (e) => {
      if (this.socket === socket) this.closed(e.code)
    }
  }

  private hangUp(): void {
    const socket = this.socket
    this.socket = null
    this.greeted = false
    clearInterval(this.heartbeat)
    for (const waiting of this.unanswered.values()) clearTimeout(waiting)
    this.unanswered.clear()
    this.courier?.lineDown()
    this.rooms.tellAll((l) => l.lost())
    this.seats.lost()
    socket?.close()
  }

  private closed(code: number): void {
    const wasGreeted = this.greeted
    this.hangUp()
    if (code === CLOSED.signedOut || code === CLOSED.badOrigin) {
      this.phase.value = 'signed_out'
      return
    }
    if (this.phase.value !== 'captive') this.phase.value = 'offline'
    clearTimeout(this.timer)
    // Made room for a newer tab: coming back by itself it would push out another one in turn.
    if (code === CLOSED.tooMany) return
    this.timer = setTimeout(() => this.connect(), this.pause(wasGreeted && code !== BY_US))
    if (!wasGreeted) void this.askWhoAnswers()
  }

  private pause(isCrowd: boolean): number {
    const chance = this.around.random()
    if (isCrowd) {
      this.attempts = CROWD_ATTEMPTS
      return FIRST_WAIT_MS + (CROWD_WAIT_MS - FIRST_WAIT_MS) * chance
    }
    const longest = Math.min(this.seats.isAnyTaken ? CALL_LONGEST_WAIT_MS : LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts)
    this.attempts += 1
    return longest / 2 + (longest / 2) * chance
  }

  private async askWhoAnswers(): Promise<void> {
    const answer = await this.around.whoAnswers()
    if (this.phase.value !== 'offline' && this.phase.value !== 'captive') return
    this.phase.value = answer === 'stranger' ? 'captive' : 'offline'
  }

  /** After sleep or on another network: a line that does not answer soon is dead, whatever the browser believes. */
  private woke(): void {
    void this.outbox?.reread()
    if (this.greeted) this.ping(PROBE_WITHIN_MS)
    else if (this.phase.value === 'offline' || this.phase.value === 'captive') {
      this.attempts = 0
      this.hangUp()
      this.connect()
    }
  }

  private ask(frame: ClientFrame): void {
    if (this.greeted) this.socket?.send(JSON.stringify(frame))
  }

  /** A line that swallows a frame without a word is dead. */
  private expect(what: string, within = ANSWER_WITHIN_MS): void {
    this.answered(what)
    this.unanswered.set(what, setTimeout(() => this.closed(BY_US), within))
  }

  private ping(within = ANSWER_WITHIN_MS): void {
    this.ask({ op: 'ping' })
    // Signs of waking come in bursts: the first one's deadline holds.
    if (within === ANSWER_WITHIN_MS || !this.unanswered.has(PING)) this.expect(PING, within)
  }

  private beat(): void {
    clearInterval(this.heartbeat)
    if (!this.greeted) return
    const [every, within] = this.seats.isAnyTaken ? [CALL_PING_EVERY_MS, CALL_ANSWER_WITHIN_MS] : [PING_EVERY_MS, ANSWER_WITHIN_MS]
    this.heartbeat = setInterval(() => this.ping(within), every)
  }

  private answered(name: string): void {
    clearTimeout(this.unanswered.get(name))
    this.unanswered.delete(name)
  }

  private receive(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        this.greet(frame.position)
        break
      case 'joined':
        this.rooms.tell(frame.consultation, (l) => l.joined(frame))
        break
      case 'message':
        this.rooms.tell(frame.message.consultation_id, (l) => l.message(frame.message))
        break
      case 'ack':
        hearTime(frame.at)
        this.answered(frame.client_id)
        this.courier?.acknowledged(frame)
        break
      case 'refused':
        this.refused(frame.client_id, frame.problem)
        break
      case 'marks':
        this.rooms.tell(frame.consultation, (l) => l.marks(frame.side, { got: frame.got, read: frame.read }))
        break
      case 'presence':
        this.rooms.tell(frame.consultation, (l) => l.presence(frame.side, frame.present))
        break
      case 'typing':
        this.rooms.tell(frame.consultation, (l) => l.typing(frame.sender))
        break
      case 'event':
        this.event(frame)
        break
      case 'busy':
        this.courier?.busy(frame.client_id)
        break
      case 'resync':
        this.position = frame.position
        for (const listener of this.resyncListeners) listener()
        break
      case 'pong':
        this.answered(PING)
        break
      default:
        this.seats.hear(frame)
    }
  }

  private greet(position: number): void {
    this.answered(HELLO)
    this.greeted = true
    this.attempts = 0
    this.phase.value = 'online'
    forgetTime()
    this.ask({ op: 'feed', since: this.position })
    this.position ??= position
    this.beat()
    this.rooms.rejoin()
    this.seats.again()
    this.courier?.lineUp()
  }

  private refused(clientId: string | null, reason: Reason): void {
    if (clientId !== null) this.courier?.refused(clientId, reason)
  }

  private event(event: LiveEvent): void {
    if (this.position !== null && event.position <= this.position) return
    this.position = event.position
    for (const listener of this.eventListeners) listener({ position: event.position, kind: event.kind, data: event.data })
  }
}

export const line = new Line()
