/** The frames of `/live`, as the server's edge/live speaks them. */

import type { Text } from '../api/problem'
import type { SeatAsk, SeatFrame } from './seats'

/** The two who talk. */
export type Side = 'patient' | 'doctor'
export type Sender = Side | 'system'
export type Kind = 'text' | 'picture' | 'voice' | 'document' | 'card' | 'edit' | 'withdrawal'
/** What somebody says; the rest is about what was said, or of the house. */
export const SPOKEN: ReadonlySet<Kind> = new Set(['text', 'picture', 'voice', 'document'])

export interface Body {
  text?: string | Text
  picture_id?: string
  width?: number
  height?: number
  voice_id?: string
  /** How long a voice note is. */
  ms?: number
  document_id?: string
  name?: string
  pages?: number
  bytes?: number
  card?: string
  /** The number of the message that an edit or a withdrawal is about. */
  of?: number
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
  /** Taken back by its sender: the body is empty. */
  withdrawn?: boolean
}

/** Up to which number a side has received, and read. */
export interface Mark {
  got: number
  read: number
}
export type Marks = Record<Side, Mark>

/** What is left of a consultation: a turn begins when the patient writes and was not the last to write. */
export interface Limits {
  turns: number
  max_turns: number | null
  closes_at: string | null
  is_open: boolean
}

export interface Reason {
  code: string
  text: Text
}

/** A message that this device has still to send. */
export interface Outgoing {
  owner: string
  consultation: string
  client_id: string
  /** Counted by the device's database, so that no clock can reorder what was written. */
  order: number
  kind: Exclude<Kind, 'card'>
  body: Body
  /** When the person pressed send, on this device's clock; shown, never sorted by. */
  written_at: string
  /** A picture, voice note or document that has not been uploaded, or is not yet acknowledged. */
  file?: Blob
  /** Set when it was refused: sent again only when the person says so. */
  refused?: Reason
}

export interface LiveEvent {
  position: number
  kind: string
  data: Record<string, unknown>
}

export type Joined = { op: 'joined'; consultation: string; last_seq: number; marks?: Marks } & Partial<Limits>

export type ServerFrame =
  | { op: 'hello'; user: string; position: number }
  | Joined
  | { op: 'message'; message: Message }
  | { op: 'ack'; consultation: string; client_id: string; seq: number; at: string }
  | { op: 'refused'; client_id: string | null; consultation: string | null; problem: Reason }
  | ({ op: 'marks'; consultation: string; side: Side } & Mark)
  | { op: 'presence'; consultation: string; side: Side; present: boolean }
  /** `sender` is the account that is writing. */
  | { op: 'typing'; consultation: string; sender: string }
  | { op: 'event'; position: number; kind: string; data: Record<string, unknown> }
  | { op: 'busy'; client_id: string }
  | { op: 'resync'; position: number }
  | { op: 'pong' }
  | SeatFrame

export type ClientFrame =
  | { op: 'join'; consultation: string; since: number }
  | { op: 'leave'; consultation: string }
  | { op: 'send'; consultation: string; client_id: string; kind: string; body: Body }
  | ({ op: 'mark'; consultation: string } & Mark)
  | { op: 'look'; consultation: string; on: boolean }
  | { op: 'typing'; consultation: string }
  | { op: 'feed'; since: number | null }
  | { op: 'ping' }
  | SeatAsk

/** `tooMany`: this person has newer lines open elsewhere. */
export const CLOSED = { signedOut: 4401, badOrigin: 4403, tooMany: 4429 } as const
