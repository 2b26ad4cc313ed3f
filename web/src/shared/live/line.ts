/** The one socket of a tab: connects, comes back by itself, rejoins where it was and sends what is still to be sent. */

import { readonly, ref } from 'vue'

import { newKey } from '../api/http'
import { Outbox } from './outbox'
import { CLOSED, type Body, type ClientFrame, type LiveEvent, type Message, type Outgoing, type ServerFrame } from './protocol'

export type LineState = 'idle' | 'connecting' | 'online' | 'offline' | 'signed_out'

/** What a conversation on screen wants to be told. */
export interface Listener {
  message: (message: Message) => void
  /** `item` is missing when another tab of this person had sent it. */
  sent: (sent: { client_id: string; seq: number; at: string; item: Outgoing | undefined }) => void
  refused: (item: Outgoing) => void
  typing: (account: string) => void
  /** The newest number heard so far: the line asks for what comes after it. */
  since: () => number
  joined: (lastSeq: number) => void
}

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 15_000
const ANSWER_WITHIN_MS = 12_000
const PING_EVERY_MS = 25_000
const BUSY_WAIT_MS = 700
const HELLO = 'hello'
const PING = 'ping'

export interface Surroundings {
  open: () => WebSocket
  random: () => number
  store: Storage
}

const browser = (): Surroundings => ({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`),
  random: Math.random,
  store: localStorage,
})

export class Line {
  private readonly phase = ref<LineState>('idle')
  readonly state = readonly(this.phase)
  private readonly around: Surroundings
  private socket: WebSocket | null = null
  private greeted = false
  private outbox: Outbox | null = null
  private attempts = 0
  private position: number | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private readonly unanswered = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly eventListeners = new Set<(event: LiveEvent) => void>()
  private readonly resyncListeners = new Set<() => void>()

  constructor(around?: Surroundings) {
    this.around = around ?? browser()
  }

  /** Idempotent; the owner separates the outboxes of two people who share a browser. */
  start(owner: string): void {
    this.outbox = new Outbox(owner, this.around.store)
    if (this.phase.value !== 'idle' && this.phase.value !== 'signed_out') return
    addEventListener('online', this.now)
    addEventListener('offline', this.lost)
    document.addEventListener('visibilitychange', this.now)
    this.connect()
  }

  stop(): void {
    removeEventListener('online', this.now)
    removeEventListener('offline', this.lost)
    document.removeEventListener('visibilitychange', this.now)
    clearTimeout(this.timer)
    this.hangUp()
    this.position = null
    this.phase.value = 'idle'
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

  /** Asks again for everything after the listener's newest number: a gap was seen. */
  catchUp(consultation: string, since: number): void {
    this.ask({ op: 'join', consultation, since })
  }

  /** Kept first, sent then: nothing is lost between the two. */
  send(consultation: string, kind: 'text' | 'picture', body: Body): Outgoing {
    const item: Outgoing = { consultation, client_id: newKey(), kind, body, written_at: new Date().toISOString() }
    this.outbox?.put(item)
    this.dispatch(item)
    return item
  }

  resend(item: Outgoing): void {
    const again: Outgoing = { ...item }
    delete again.refused
    this.outbox?.put(again)
    this.dispatch(again)
  }

  discard(item: Outgoing): void {
    this.outbox?.drop(item.consultation, item.client_id)
  }

  pending(consultation: string): Outgoing[] {
    return this.outbox?.all(consultation) ?? []
  }

  typing(consultation: string): void {
    this.ask({ op: 'typing', consultation })
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

  private connect(): void {
    clearTimeout(this.timer)
    if (this.phase.value !== 'offline') this.phase.value = 'connecting'
    const socket = this.around.open()
    this.socket = socket
    this.expect(HELLO)
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
    socket?.close()
  }

  private closed(code: number): void {
    this.hangUp()
    if (code === CLOSED.signedOut || code === CLOSED.badOrigin) {
      this.phase.value = 'signed_out'
      return
    }
    this.phase.value = 'offline'
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts)
    this.attempts += 1
    // Half fixed, half chance: after a restart of the server not everybody comes back at once.
    this.timer = setTimeout(() => this.connect(), longest / 2 + (longest / 2) * this.around.random())
  }

  private readonly now = (): void => {
    if (this.phase.value !== 'offline' || document.visibilityState === 'hidden') return
    this.attempts = 0
    this.hangUp()
    this.connect()
  }

  private readonly lost = (): void => {
    if (this.socket) this.closed(0)
  }

  private ask(frame: ClientFrame): void {
    if (this.greeted) this.socket?.send(JSON.stringify(frame))
  }

  private dispatch(item: Outgoing): void {
    if (!this.greeted || this.unanswered.has(item.client_id)) return
    const { consultation, client_id, kind, body } = item
    this.ask({ op: 'send', consultation, client_id, kind, body })
    this.expect(client_id)
  }

  /** A line that swallows a frame without a word is dead, whatever the browser believes. */
  private expect(what: string): void {
    this.answered(what)
    this.unanswered.set(what, setTimeout(() => this.closed(0), ANSWER_WITHIN_MS))
  }

  private ping(): void {
    this.ask({ op: 'ping' })
    this.expect(PING)
  }

  private answered(clientId: string): void {
    clearTimeout(this.unanswered.get(clientId))
    this.unanswered.delete(clientId)
  }

  private receive(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        this.greet(frame.position)
        break
      case 'joined':
        this.tell(frame.consultation, (l) => l.joined(frame.last_seq))
        break
      case 'message':
        this.tell(frame.message.consultation_id, (l) => l.message(frame.message))
        break
      case 'ack':
        this.acknowledged(frame)
        break
      case 'refused':
        this.refused(frame.client_id, frame.problem)
        break
      case 'typing':
        this.tell(frame.consultation, (l) => l.typing(frame.sender))
        break
      case 'event':
        this.event(frame)
        break
      case 'busy':
        this.busy(frame.client_id)
        break
      case 'resync':
        this.position = frame.position
        this.resync()
        break
      case 'pong':
        this.answered(PING)
    }
  }

  private greet(position: number): void {
    this.answered(HELLO)
    this.greeted = true
    this.attempts = 0
    this.phase.value = 'online'
    this.ask({ op: 'feed', since: this.position })
    this.position ??= position
    this.heartbeat = setInterval(() => this.ping(), PING_EVERY_MS)
    for (const [consultation, there] of this.listeners) {
      const since = Math.min(...[...there].map((l) => l.since()))
      this.ask({ op: 'join', consultation, since })
    }
    for (const item of this.outbox?.all() ?? []) if (!item.refused) this.dispatch(item)
  }

  private acknowledged(frame: { consultation: string; client_id: string; seq: number; at: string }): void {
    this.answered(frame.client_id)
    const item = this.outbox?.all(frame.consultation).find((o) => o.client_id === frame.client_id)
    this.outbox?.drop(frame.consultation, frame.client_id)
    this.tell(frame.consultation, (l) => l.sent({ ...frame, item }))
  }

  private refused(clientId: string | null, problem: { code: string; text: { zh: string; en: string } }): void {
    if (clientId === null) return
    this.answered(clientId)
    const item = this.outbox?.all().find((o) => o.client_id === clientId)
    if (!item) return
    const failed = { ...item, refused: problem }
    this.outbox?.put(failed)
    this.tell(item.consultation, (l) => l.refused(failed))
  }

  private busy(clientId: string): void {
    this.answered(clientId)
    const again = (): void => {
      const item = this.outbox?.all().find((o) => o.client_id === clientId)
      if (item && !item.refused) this.dispatch(item)
    }
    setTimeout(again, BUSY_WAIT_MS * (1 + this.around.random()))
  }

  private event(event: LiveEvent): void {
    if (this.position !== null && event.position <= this.position) return
    this.position = event.position
    for (const listener of this.eventListeners) listener({ position: event.position, kind: event.kind, data: event.data })
  }

  private resync(): void {
    for (const listener of this.resyncListeners) listener()
  }

  private tell(consultation: string, say: (listener: Listener) => void): void {
    for (const listener of this.listeners.get(consultation) ?? []) say(listener)
  }
}

export const line = new Line()
