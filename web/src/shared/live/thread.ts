/** A conversation on screen: each message once, in order, none missing, own ones visible from the moment of sending. */

import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { http } from '../api/http'
import { asProblem, type ApiProblem } from '../api/problem'
import { useSession } from '../api/session'
import { keepThread, keptThread } from '../offline/threads'
import { draftOf } from './draft'
import { Following, type Told } from './following'
import type { Shown } from './ledger'
import { line as theLine, type Line } from './line'
import { SPOKEN, type Body, type Limits, type Mark, type Marks, type Message, type Outgoing, type Side } from './protocol'

const TYPING_SHOWN_MS = 4_000
const TYPING_EVERY_MS = 2_500

export interface MessagePage {
  messages: Message[]
  last_seq: number
}

/** `before`: the highest numbers below it; `since`: the lowest above it; both answered in ascending order. */
export type Span = { before: number } | { since: number }
export type ReadPage = (consultation: string, span: Span, limit: number) => Promise<MessagePage>

const overHttp: ReadPage = (consultation, span, limit) => {
  const [name, seq] = 'before' in span ? ['before', span.before] : ['since', span.since]
  return http.get<MessagePage>(`/consultations/${consultation}/messages?${name}=${seq}&limit=${limit}`)
}

/** That the other side is writing, for as long as it is likely to be true; and now and then that this side is. */
function useTyping(tell: () => void) {
  const { account } = useSession()
  const typing = ref(false)
  let quiet: ReturnType<typeof setTimeout> | undefined
  let told = -Infinity
  onScopeDispose(() => clearTimeout(quiet))

  const heard = (by: string): void => {
    if (by === account.value?.id) return
    typing.value = true
    clearTimeout(quiet)
    quiet = setTimeout(() => (typing.value = false), TYPING_SHOWN_MS)
  }
  const isTyping = (): void => {
    // Not by the wall clock: set back by an hour, it would keep silent for an hour.
    if (performance.now() - told < TYPING_EVERY_MS) return
    told = performance.now()
    tell()
  }
  return { typing, heard, isTyping }
}

export type MessageState = 'waiting' | 'failed' | 'sent' | 'delivered' | 'read'

/** How far an own message that is stored has come. */
export function stateOf(seq: number, other: Mark): MessageState {
  if (seq <= other.read) return 'read'
  return seq <= other.got ? 'delivered' : 'sent'
}

const NOTHING: Mark = { got: 0, read: 0 }

/** What the page shows of a thread, filled by whatever follows it now. */
function useBoard(line: Line, me: Side) {
  const messages = shallowRef<Shown[]>([])
  const pending = shallowRef<Outgoing[]>([])
  const changes = shallowRef<ReadonlyMap<number, Outgoing>>(new Map())
  const marks = shallowRef<Marks>({ patient: NOTHING, doctor: NOTHING })
  const limits = shallowRef<Limits | null>(null)
  const present = ref<boolean | null>(null)
  const hasOlder = ref(false)
  const firstUnread = ref<number | null>(null)
  const readUpTo = ref(0)

  function show(following: Following): void {
    messages.value = following.ledger.shown(me)
    const waiting = following.pending()
    pending.value = waiting.filter(({ kind }) => SPOKEN.has(kind))
    changes.value = new Map(waiting.flatMap((item) => (item.body.of === undefined ? [] : [[item.body.of, item]])))
    marks.value = { ...following.marks }
    limits.value = following.limits()
    present.value = following.present
    hasOlder.value = following.ledger.hasOlder
    firstUnread.value = following.firstUnread()
    readUpTo.value = following.readUpTo()
  }
  return { messages, pending, changes, marks, limits, present, hasOlder, firstUnread, readUpTo, shares: computed(() => line.shares), show }
}

/** Into the outbox, and out of it again. */
function useSending(line: Line, consultation: Ref<string>) {
  /** Why the last send was not even kept. */
  const unkept = shallowRef<ApiProblem | null>(null)

  async function send(kind: Outgoing['kind'], body: Body, file?: Blob): Promise<void> {
    unkept.value = null
    const where = consultation.value
    const failed = await line.send(where, kind, body, file).then(() => null, asProblem)
    if (!failed) return
    unkept.value = failed
    if (typeof body.text === 'string') draftOf(where).putBack(body.text)
  }

  /** Out of the outbox and back into the composer: nothing that was written is lost. */
  async function takeBack(item: Outgoing): Promise<void> {
    await line.discard(item)
    if (typeof item.body.text === 'string') draftOf(item.consultation).putBack(item.body.text)
  }

  return {
    unkept,
    send,
    takeBack,
    edit: (of: number, text: string) => send('edit', { of, text }),
    withdraw: (of: number) => send('withdrawal', { of }),
    resend: (item: Outgoing) => line.resend(item),
    discard: (item: Outgoing) => line.discard(item),
  }
}

/** Backwards in a thread: a page at a time, or to one particular message. */
function useBack(now: () => Following, show: (mine: Following) => void) {
  const loadingOlder = ref(false)

  /** One more page above; on failure the button is simply still there. */
  async function older(read: ReadPage): Promise<void> {
    const mine = now()
    if (loadingOlder.value || !mine.ledger.hasOlder) return
    loadingOlder.value = true
    await mine.older(read).catch(() => undefined)
    loadingOlder.value = false
    show(mine)
  }
  async function reach(seq: number): Promise<void> {
    const mine = now()
    await mine.reach(seq).catch(() => undefined)
    show(mine)
  }
  return { loadingOlder, older, reach }
}

const KEEP_AFTER_MS = 400

/** A patient's own device keeps the newest of what was read, also when the page is left at once; a desk of the staff keeps nothing. */
function useKeeping(isWanted: boolean) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due: (() => void) | null = null

  const save = (): void => {
    clearTimeout(timer)
    timer = undefined
    due?.()
    due = null
  }
  addEventListener('pagehide', save)
  onScopeDispose(() => {
    save()
    removeEventListener('pagehide', save)
  })

  return {
    keep(consultation: string, messages: () => Message[]): void {
      if (!isWanted) return
      due = () => void keepThread(consultation, messages())
      timer ??= setTimeout(save, KEEP_AFTER_MS)
    },
    /** Without a line, what was kept; `told` hears from when. */
    orKept: (read: ReadPage, told: (at: number | null) => void): ReadPage =>
      !isWanted
        ? read
        : async (consultation, span, limit) => {
            try {
              const page = await read(consultation, span, limit)
              told(null)
              return page
            } catch (error) {
              const kept = asProblem(error).code === 'offline' ? await keptThread(consultation) : null
              if (!kept || !('before' in span)) throw error
              told(kept.at)
              return { messages: kept.messages.filter(({ seq }) => seq < span.before), last_seq: kept.messages.at(-1)?.seq ?? 0 }
            }
          },
  }
}

interface Options {
  /** False on a device that is not the patient's own. */
  keeps?: boolean
  me?: Side
  line?: Line
  read?: ReadPage
}

export function useThread(consultation: Ref<string>, options: Options = {}) {
  const line = options.line ?? theLine
  const me = options.me ?? 'patient'
  const read = options.read ?? overHttp
  const board = useBoard(line, me)
  const loading = ref(true)
  const problem = shallowRef<ApiProblem | null>(null)
  const { typing, heard, isTyping } = useTyping(() => line.typing(consultation.value))
  let following: Following

  /** Of this page as it was when there was a line; null when it is as it is now. */
  const keptAt = ref<number | null>(null)
  const keeping = useKeeping(me === 'patient' && options.keeps !== false)

  async function load(): Promise<void> {
    const changed = (): void => {
      if (following !== mine) return
      board.show(mine)
      if (!loading.value) keeping.keep(consultation.value, () => mine.ledger.inOrder())
    }
    const told: Told = { changed, typing: heard, spoke: () => (typing.value = false) }
    const mine: Following = new Following(consultation.value, line, me, told)
    following = mine
    loading.value = true
    problem.value = null
    board.show(mine)
    const failed = await mine.begin(keeping.orKept(read, (at) => (keptAt.value = at))).then(() => null, asProblem)
    if (following !== mine) return
    problem.value = failed
    loading.value = false
    changed()
  }

  function reload(): void {
    following.stop()
    void load()
  }

  const { older, ...back } = useBack(() => following, (mine) => following === mine && board.show(mine))

  watch(consultation, reload)
  void load()
  onScopeDispose(() => following.stop())

  return {
    ...board,
    me,
    loading,
    problem,
    typing,
    reload,
    ...back,
    older: (): Promise<void> => older(read),
    keptAt,
    ...useSending(line, consultation),
    isTyping,
    /** Seen by a person: on the screen of a page that has the focus. */
    sawUpTo: (seq: number): void => following.sawUpTo(seq),
    look: (): (() => void) => line.look(consultation.value),
  }
}

export type Thread = ReturnType<typeof useThread>
