/** The frames of `/live`, as the server's edge/live speaks them. */

import type { Text } from '../api/problem'

export type Sender = 'patient' | 'doctor' | 'system'
export type Kind = 'text' | 'picture' | 'card'

export interface Body {
  text?: string | Text
  picture_id?: string
  width?: number
  height?: number
  card?: string
  [member: string]: unknown
}

export interface Message {
  consultation_id: string
  seq: number
  client_id: string
  sender: Sender
  sender_id: string
  kind: Kind
  body: Body
  at: string
}

export interface Outgoing {
  consultation: string
  client_id: string
  kind: 'text' | 'picture'
  body: Body
  /** When the person pressed send, on this device's clock. */
  written_at: string
  /** Set when the server refused it: sent again only when the person says so. */
  refused?: { code: string; text: Text }
}

export interface LiveEvent {
  position: number
  kind: string
  data: Record<string, unknown>
}

export type ServerFrame =
  | { op: 'hello'; user: string; position: number }
  | { op: 'joined'; consultation: string; last_seq: number }
  | { op: 'message'; message: Message }
  | { op: 'ack'; consultation: string; client_id: string; seq: number; at: string }
  | { op: 'refused'; client_id: string | null; consultation: string | null; problem: { code: string; text: Text } }
  /** `sender` is the account that is writing. */
  | { op: 'typing'; consultation: string; sender: string }
  | { op: 'event'; position: number; kind: string; data: Record<string, unknown> }
  | { op: 'busy'; client_id: string }
  | { op: 'resync'; position: number }
  | { op: 'pong' }

export type ClientFrame =
  | { op: 'join'; consultation: string; since: number }
  | { op: 'leave'; consultation: string }
  | { op: 'send'; consultation: string; client_id: string; kind: string; body: Body }
  | { op: 'typing'; consultation: string }
  | { op: 'feed'; since: number | null }
  | { op: 'ping' }

export const CLOSED = { signedOut: 4401, badOrigin: 4403 } as const
