/** A conversation on screen: each message once, in order, none missing, own ones visible from the moment of sending. */

import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { http } from '../api/http'
import { asProblem, type ApiProblem } from '../api/problem'
import { useSession } from '../api/session'
import { line as theLine, type Line } from './line'
import type { Body, Message, Outgoing, Sender } from './protocol'

const PAGE = 200
const TYPING_SHOWN_MS = 4_000
const TYPING_EVERY_MS = 2_500

export interface MessagePage {
  messages: Message[]
  last_seq: number
}

export type ReadPage = (consultation: string, since: number, limit: number) => Promise<MessagePage>

const overHttp: ReadPage = (consultation, since, limit) =>
  http.get<MessagePage>(`/consultations/${consultation}/messages?since=${since}&limit=${limit}`)

/** Plain bookkeeping, apart from Vue and sockets so that it can be tested alone. */
export class Ledger {
  private readonly bySeq = new Map<number, Message>()
  private highest = 0

  /** The newest number up to which nothing is missing. */
  get complete(): number {
    return this.highest
  }

  /** True when the message was new. */
  take(message: Message): boolean {
    if (this.bySeq.has(message.seq)) return false
    this.bySeq.set(message.seq, message)
    while (this.bySeq.has(this.highest + 1)) this.highest += 1
    return true
  }

  /** Some later number is there, an earlier one is not. */
  get gap(): boolean {
    return this.bySeq.size > this.highest
  }

  has(clientId: string): boolean {
    for (const m of this.bySeq.values()) if (m.client_id === clientId) return true
    return false
  }

  inOrder(): Message[] {
    return [...this.bySeq.values()].sort((a, b) => a.seq - b.seq)
  }
}

interface Told {
  changed: () => void
  typing: (by: string) => void
  /** Somebody said something: nobody is typing now. */
  spoke: () => void
}

/** One consultation, read once and then followed: what was read and what is on its way. */
class Following {
  readonly ledger = new Ledger()
  private readonly id: string
  private readonly line: Line
  private readonly me: Sender
  private readonly told: Told
  private askedFrom = -1
  private leave: (() => void) | null = null
  private isOver = false

  constructor(id: string, line: Line, me: Sender, told: Told) {
    this.id = id
    this.line = line
    this.me = me
    this.told = told
  }

  /** Joins after reading: what came between the two is asked for by number. */
  async begin(read: ReadPage): Promise<void> {
    for (;;) {
      const page = await read(this.id, this.ledger.complete, PAGE)
      for (const message of page.messages) this.ledger.take(message)
      if (page.messages.length === 0 || this.ledger.complete >= page.last_seq) break
    }
    if (!this.isOver) this.listen()
  }

  stop(): void {
    this.isOver = true
    this.leave?.()
  }

  /** What is on its way; a message that has arrived after all is forgotten. */
  pending(): Outgoing[] {
    const items = this.line.pending(this.id)
    for (const item of items) if (this.ledger.has(item.client_id)) this.line.discard(item)
    return items.filter((item) => !this.ledger.has(item.client_id))
  }

  private listen(): void {
    this.leave = this.line.join(this.id, {
      since: () => this.ledger.complete,
      message: (message) => {
        if (!this.ledger.take(message)) return
        if (message.sender !== 'system') this.told.spoke()
        this.fill()
        this.told.changed()
      },
      sent: ({ client_id, seq, at, item }) => {
        // The sender's own socket hears the acknowledgement only: the message is put together here.
        if (item) this.ledger.take({ ...this.fromMe(item), client_id, seq, at })
        this.fill(seq)
        this.told.changed()
      },
      refused: () => this.told.changed(),
      typing: (by) => this.told.typing(by),
      joined: () => this.fill(),
    })
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

/** That the other side is writing, for as long as it is likely to be true; and now and then that this side is. */
function useTyping(tell: () => void) {
  const { account } = useSession()
  const typing = ref(false)
  let quiet: ReturnType<typeof setTimeout> | undefined
  let told = 0
  onScopeDispose(() => clearTimeout(quiet))

  const heard = (by: string): void => {
    if (by === account.value?.id) return
    typing.value = true
    clearTimeout(quiet)
    quiet = setTimeout(() => (typing.value = false), TYPING_SHOWN_MS)
  }
  const isTyping = (): void => {
    if (Date.now() - told < TYPING_EVERY_MS) return
    told = Date.now()
    tell()
  }
  return { typing, heard, isTyping }
}

export function useThread(consultation: Ref<string>, options: { me?: Sender; line?: Line; read?: ReadPage } = {}) {
  const line = options.line ?? theLine
  const messages = shallowRef<Message[]>([])
  const pending = shallowRef<Outgoing[]>([])
  const loading = ref(true)
  const problem = shallowRef<ApiProblem | null>(null)
  const { typing, heard, isTyping } = useTyping(() => line.typing(consultation.value))
  let following: Following

  function show(): void {
    messages.value = following.ledger.inOrder()
    pending.value = following.pending()
  }

  async function load(): Promise<void> {
    const mine = new Following(consultation.value, line, options.me ?? 'patient', {
      changed: () => show(),
      typing: heard,
      spoke: () => (typing.value = false),
    })
    following = mine
    loading.value = true
    problem.value = null
    show()
    const failed = await mine.begin(options.read ?? overHttp).then(() => null, asProblem)
    if (following !== mine) return
    problem.value = failed
    loading.value = false
    show()
  }

  function reload(): void {
    following.stop()
    void load()
  }

  watch(consultation, reload)
  void load()
  onScopeDispose(() => following.stop())

  return {
    messages,
    pending,
    loading,
    problem,
    typing,
    reload,
    send(kind: 'text' | 'picture', body: Body): void {
      line.send(consultation.value, kind, body)
      show()
    },
    resend(item: Outgoing): void {
      line.resend(item)
      show()
    },
    discard(item: Outgoing): void {
      line.discard(item)
      show()
    },
    isTyping,
  }
}
