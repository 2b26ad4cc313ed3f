/** A thread as rows, one below the other: what a list draws, and what a long list draws only where somebody looks. */

import type { Shown } from '../live/ledger'
import type { Outgoing } from '../live/protocol'

export type Row =
  | { kind: 'older'; key: string }
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: Shown }
  | { kind: 'pending'; key: string; item: Outgoing }

export const UNREAD = 'unread'
export const keyOf = (seq: number): string => `m${seq}`

interface Given {
  messages: readonly Shown[]
  pending: readonly Outgoing[]
  /** The first message of each day but the first. */
  begins: ReadonlySet<number>
  firstUnread: number | null
  hasOlder: boolean
}

export function rowsOf({ messages, pending, begins, firstUnread, hasOlder }: Given): Row[] {
  const rows: Row[] = hasOlder ? [{ kind: 'older', key: 'older' }] : []
  for (const message of messages) {
    if (begins.has(message.seq)) rows.push({ kind: 'day', key: `d${message.seq}`, at: message.at })
    if (message.seq === firstUnread) rows.push({ kind: 'unread', key: UNREAD })
    rows.push({ kind: 'message', key: keyOf(message.seq), message })
  }
  for (const item of pending) rows.push({ kind: 'pending', key: `p${item.client_id}`, item })
  return rows
}
