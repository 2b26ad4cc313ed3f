/** A server's side of the socket, for tests: hears what the line sends, says what the test wants. */

import { Line, type Listener } from './line'
import type { ClientFrame, Message, ServerFrame } from './protocol'

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
}

export interface Stage {
  line: Line
  sockets: FakeSocket[]
  /** The socket in use. */
  now: () => FakeSocket
}

export function stage(): Stage {
  const sockets: FakeSocket[] = []
  const line = new Line({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    random: () => 1,
    store: localStorage,
  })
  return {
    line,
    sockets,
    now: () => {
      const last = sockets.at(-1)
      if (!last) throw new Error('no socket was opened')
      return last
    },
  }
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
    joined: (last) => got.push(['joined', last]),
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
