/** A guest's socket: one room. What was written is sent again until it is acknowledged; the client id makes that harmless. */

import { ref, shallowRef } from 'vue'

import { newKey } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'
import { Ledger, type Shown } from '@/shared/live/ledger'
import type { Message, ServerFrame } from '@/shared/live/protocol'

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 15_000
const PING_EVERY_MS = 25_000
const SIGNED_OUT = 4401

export interface Pending {
  client_id: string
  text: string
  refused?: Text
}

export type State = 'connecting' | 'online' | 'offline' | 'over'

export class GuestLine {
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
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(JSON.parse(String(event.data)) as ServerFrame)
    }
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code)
    }
  }

  stop(): void {
    clearTimeout(this.timer)
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
        clearInterval(this.heartbeat)
        this.heartbeat = setInterval(() => this.ask({ op: 'ping' }), PING_EVERY_MS)
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

  private closed(code: number): void {
    clearInterval(this.heartbeat)
    this.socket = null
    if (code === SIGNED_OUT) {
      this.state.value = 'over'
      return
    }
    this.state.value = 'offline'
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts)
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
