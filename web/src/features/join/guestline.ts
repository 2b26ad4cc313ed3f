/** A guest's socket: one room. What was written is sent again until it is acknowledged; the client id makes that harmless. */

import { ref, shallowRef } from 'vue'

import { newKey } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import { Ledger, type Shown } from '@/shared/live/ledger'
import type { Message, ServerFrame } from '@/shared/live/protocol'
import { Seats, type SeatLine, type SeatListener, type SeatReport } from '@/shared/live/seats'

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 15_000
const PING_EVERY_MS = 25_000
/** In a call a dead line must be noticed, and tried again, soon. */
const CALL_PING_EVERY_MS = 4_000
const CALL_ANSWER_WITHIN_MS = 7_000
const CALL_LONGEST_WAIT_MS = 2_000
const SIGNED_OUT = 4401

export interface Pending {
  client_id: string
  text: string
  refused?: Text
}

export type State = 'connecting' | 'online' | 'offline' | 'over'

export class GuestLine implements SeatLine {
  readonly state = ref<State>('connecting')
  readonly messages = shallowRef<Shown[]>([])
  readonly pending = ref<Pending[]>([])
  private readonly ledger = new Ledger()
  private readonly seen = new Set<number>()
  private readonly below: number
  private newest: number
  private readonly visit: string
  private readonly shelf: string
  private readonly open: () => WebSocket
  private socket: WebSocket | null = null
  private attempts = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private unanswered: ReturnType<typeof setTimeout> | undefined
  private readonly seats = new Seats((frame) => this.ask(frame))

  /** `from`: messages up to this number are not this guest's to see. */
  constructor(visit: string, guest: string, from: number, open?: () => WebSocket) {
    this.visit = visit
    this.shelf = `xinglin.guest.${guest}`
    this.open = open ?? (() => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live?guest`))
    this.below = this.newest = from
    this.pending.value = this.kept()
  }

  start(): void {
    clearTimeout(this.timer)
    const socket = this.open()
    this.socket = socket
    if (this.seats.isAnyTaken) this.expect(socket)
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(JSON.parse(String(event.data)) as ServerFrame)
    }
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code)
    }
  }

  stop(): void {
    clearTimeout(this.timer)
    clearTimeout(this.unanswered)
    clearInterval(this.heartbeat)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  send(text: string): void {
    const item = { client_id: newKey(), text }
    this.keep([...this.pending.value, item])
    this.say(item)
  }

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

  /** The words again, to be written anew. */
  takeBack(item: Pending): string {
    this.keep(this.pending.value.filter((each) => each.client_id !== item.client_id))
    return item.text
  }

  private receive(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        this.attempts = 0
        this.state.value = 'online'
        this.ask({ op: 'join', consultation: this.visit, since: this.newest })
        clearTimeout(this.unanswered)
        this.unanswered = undefined
        this.beat()
        this.seats.again()
        for (const item of this.pending.value) if (!item.refused) this.say(item)
        break
      case 'message':
        this.take(frame.message)
        break
      case 'ack': {
        this.keep(this.pending.value.filter((each) => each.client_id !== frame.client_id))
        // The sender hears the acknowledgement only: the room is asked for the message itself.
        this.ask({ op: 'join', consultation: this.visit, since: this.newest })
        break
      }
      case 'refused':
        this.keep(this.pending.value.map((each) => (each.client_id === frame.client_id ? { ...each, refused: frame.problem.text } : each)))
        break
      case 'busy':
        setTimeout(() => {
          const item = this.pending.value.find((each) => each.client_id === frame.client_id)
          if (item) this.say(item)
        }, FIRST_WAIT_MS)
        break
      case 'pong':
        clearTimeout(this.unanswered)
        this.unanswered = undefined
        break
      case 'seated':
      case 'seats':
      case 'signal':
      case 'unseated':
        this.seats.hear(frame)
    }
  }

  private take(message: Message): void {
    if (message.seq <= this.below || this.seen.has(message.seq)) return
    this.seen.add(message.seq)
    this.newest = Math.max(this.newest, message.seq)
    this.ledger.take(message)
    if (this.pending.value.some((each) => each.client_id === message.client_id)) {
      this.keep(this.pending.value.filter((each) => each.client_id !== message.client_id))
    }
    this.messages.value = this.ledger.shown('patient')
  }

  private beat(): void {
    clearInterval(this.heartbeat)
    if (this.state.value !== 'online') return
    this.heartbeat = setInterval(() => this.ping(), this.seats.isAnyTaken ? CALL_PING_EVERY_MS : PING_EVERY_MS)
  }

  private ping(): void {
    this.ask({ op: 'ping' })
    if (this.seats.isAnyTaken && this.unanswered === undefined && this.socket) this.expect(this.socket)
  }

  /** A line that says nothing is dead, whatever the browser believes. */
  private expect(socket: WebSocket): void {
    clearTimeout(this.unanswered)
    this.unanswered = setTimeout(() => {
      if (this.socket !== socket) return
      this.closed(0)
      socket.close()
    }, CALL_ANSWER_WITHIN_MS)
  }

  private closed(code: number): void {
    clearInterval(this.heartbeat)
    clearTimeout(this.unanswered)
    this.unanswered = undefined
    this.socket = null
    this.seats.lost()
    if (code === SIGNED_OUT) {
      this.state.value = 'over'
      return
    }
    this.state.value = 'offline'
    const longest = Math.min(this.seats.isAnyTaken ? CALL_LONGEST_WAIT_MS : LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts)
    this.attempts += 1
    this.timer = setTimeout(() => this.start(), longest * (0.5 + Math.random() / 2))
  }

  private say(item: Pending): void {
    this.ask({ op: 'send', consultation: this.visit, client_id: item.client_id, kind: 'text', body: { text: item.text } })
  }

  private ask(frame: object): void {
    if (this.state.value === 'online') this.socket?.send(JSON.stringify(frame))
  }

  /** Survives a reload; gone with the tab. */
  private keep(items: Pending[]): void {
    this.pending.value = items
    try {
      sessionStorage.setItem(this.shelf, JSON.stringify(items))
    } catch {
      // Nothing is kept then; what is on screen is still sent.
    }
  }

  private kept(): Pending[] {
    try {
      return JSON.parse(sessionStorage.getItem(this.shelf) ?? '[]') as Pending[]
    } catch {
      return []
    }
  }
}
