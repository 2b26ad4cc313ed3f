/** A server's side of the socket, and a browser's insides, for tests: hears what the line sends, says what the test wants. */

import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { vi } from 'vitest'

import { offline } from '../api/problem'
import type { FileCard, FileKind } from '../api/upload'
import type { Answer } from './captive'
import { Line } from './line'
import type { ClientFrame, Message, ServerFrame } from './protocol'
import type { Listener } from './rooms'
import { forgetStore, theStore, type openStore } from './store'

export class FakeSocket {
  readonly heard: ClientFrame[] = []
  onmessage: ((e: { data: string }) => void) | null = null
  onclose: ((e: { code: number }) => void) | null = null
  isOpen = true

  send(text: string): void {
    this.heard.push(JSON.parse(text) as ClientFrame)
  }
  close(): void {
    this.isOpen = false
  }
  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  hello(position = 0): void {
    this.say({ op: 'hello', user: 'ann', position })
  }
  drop(code = 1006): void {
    this.isOpen = false
    this.onclose?.({ code })
  }
  of<O extends ClientFrame['op']>(op: O): Extract<ClientFrame, { op: O }>[] {
    return this.heard.filter((f): f is Extract<ClientFrame, { op: O }> => f.op === op)
  }
  /** The words of the texts it was given, in order. */
  get texts(): unknown[] {
    return this.of('send').map((f) => f.body.text)
  }
  /** Acknowledges what was sent last. */
  ack(seq: number, at = '2026-11-20T08:01:00Z'): void {
    const last = this.of('send').at(-1)
    if (!last) throw new Error('nothing was sent')
    this.say({ op: 'ack', consultation: last.consultation, client_id: last.client_id, seq, at })
  }
}

/** What the tabs of one browser share: channels and locks. */
export class FakeBrowser {
  private readonly ears = new Map<string, Set<BroadcastChannel>>()
  private readonly queues = new Map<string, (() => void)[]>()
  private readonly holders = new Map<string, { lose: () => void }>()

  readonly channel = (name: string): BroadcastChannel => {
    const there = this.ears.get(name) ?? new Set()
    this.ears.set(name, there)
    const own = {
      onmessage: null as ((e: MessageEvent) => void) | null,
      postMessage: (data: unknown) => {
        for (const other of there) if (other !== channel) other.onmessage?.({ data: structuredClone(data) } as MessageEvent)
      },
      close: () => there.delete(channel),
    }
    const channel = own as unknown as BroadcastChannel
    there.add(channel)
    return channel
  }

  readonly locks = {
    request: (name: string, options: LockOptions, held: () => Promise<void>): Promise<void> =>
      new Promise((resolve, reject) => {
        const begin = (): void => {
          let isLost = false
          const holder = {
            lose: () => {
              isLost = true
              reject(new DOMException('stolen', 'AbortError'))
            },
          }
          this.holders.set(name, holder)
          void held().then(() => {
            if (isLost) return
            this.holders.delete(name)
            resolve()
            this.queues.get(name)?.shift()?.()
          })
        }
        if (options.steal) {
          this.holders.get(name)?.lose()
          begin()
        } else if (this.holders.has(name)) {
          const queue = this.queues.get(name) ?? []
          this.queues.set(name, [...queue, begin])
          options.signal?.addEventListener('abort', () => {
            this.queues.set(name, (this.queues.get(name) ?? []).filter((one) => one !== begin))
            reject(new DOMException('aborted', 'AbortError'))
          })
        } else begin()
      }),
  } as unknown as LockManager
}

export interface Stage {
  line: Line
  sockets: FakeSocket[]
  /** The socket in use. */
  now: () => FakeSocket
  uploads: { key: string; kind: FileKind; finish: (file: FileCard) => void; fail: (error: unknown) => void }[]
  /** Who answers instead of the house, when the line asks. */
  answers: { who: Answer }
}

/** A tab. Those with one `browser` share locks and channels; all share the database until it is `wiped`. */
export function stage(browser = new FakeBrowser(), open: typeof openStore = theStore): Stage {
  const sockets: FakeSocket[] = []
  const uploads: Stage['uploads'] = []
  const answers: Stage['answers'] = { who: 'nobody' }
  const line = new Line({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    random: () => 1,
    shelf: { open, channel: browser.channel, old: localStorage },
    locks: browser.locks,
    channel: browser.channel,
    upload: (_file, key, { kind }) => {
      let settle: Pick<Stage['uploads'][number], 'finish' | 'fail'> | undefined
      const done = new Promise<FileCard>((finish, fail) => (settle = { finish, fail }))
      if (settle) uploads.push({ key, kind, ...settle })
      return { done, stop: () => settle?.fail(offline()) }
    },
    whoAnswers: () => Promise.resolve(answers.who),
  })
  const now = (): FakeSocket => {
    const last = sockets.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }
  return { line, sockets, now, uploads, answers }
}

/** A device on which nothing is kept yet. */
export function wipe(): void {
  globalThis.indexedDB = new IDBFactory()
  forgetStore()
  localStorage.clear()
  sessionStorage.clear()
}

/** Only the clocks: the database of the tests turns on setImmediate. */
export const stopClocks = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })

/** Lets the database finish what it was asked. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 25; i += 1) await new Promise((done) => setImmediate(done))
}

export function listener(since = 0): Listener & { got: unknown[] } {
  const got: unknown[] = []
  return {
    got,
    message: (m) => got.push(['message', m.seq]),
    sent: (s) => got.push(['sent', s.seq, s.item?.body.text]),
    refused: (item) => got.push(['refused', item.refused?.code]),
    typing: (by) => got.push(['typing', by]),
    since: () => since,
    joined: (frame) => got.push(['joined', frame.last_seq]),
    marks: (side, mark) => got.push(['marks', side, mark.got, mark.read]),
    presence: (side, isPresent) => got.push(['presence', side, isPresent]),
    waiting: () => undefined,
    lost: () => undefined,
  }
}

export const message = (seq: number, more: Partial<Message> = {}): Message => ({
  consultation_id: 'c1',
  seq,
  client_id: `client-${seq}`,
  sender: 'doctor',
  sender_id: 'doc',
  kind: 'text',
  body: { text: `word ${seq}` },
  at: '2026-11-20T08:00:00Z',
  ...more,
})
