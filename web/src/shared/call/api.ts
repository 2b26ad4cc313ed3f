/** Calls over HTTP. */

import { API, csrfToken, http } from '../api/http'
import { hearTime } from '../live/houseclock'
import { offline, problemFrom } from '../api/problem'
import type { CallOfVisit, CallOut, Channel, GuestCall, Invited, Observables, PastCall, StillOut, Ticket, TicketOut } from './types'

const PIECE_WITHIN_MS = 60_000

interface Items<T> {
  items: T[]
}

export interface Consent {
  call: string
  kind: 'recording' | 'still'
  answer: boolean
  version: string
}

const seatedIn = (room: string, ticket: TicketOut): Ticket => ({ ...ticket, room })

export const calls = {
  ofVisit: (visit: string, signal?: AbortSignal) => http.get<CallOfVisit>(`/consultations/${visit}/call`, signal),
  /** For whoever is in it, and may not read the visit. */
  one: (call: string, signal?: AbortSignal) => http.get<CallOut>(`/calls/${call}`, signal),
  /** A call that is there already, of either side, is answered back as it is. */
  ring: ({ visit, channel }: { visit: string; channel: Channel }, key?: string) => http.post<CallOut>(`/consultations/${visit}/calls`, { channel }, key),
  answer: (call: string, key?: string) => http.post<CallOut>(`/calls/${call}/answer`, {}, key),
  decline: (call: string, key?: string) => http.post<CallOut>(`/calls/${call}/decline`, {}, key),
  end: (call: string, key?: string) => http.post<CallOut>(`/calls/${call}/end`, {}, key),
  change: ({ call, channel }: { call: string; channel: Channel }, key?: string) => http.post<CallOut>(`/calls/${call}/channel`, { channel }, key),

  takeSeat: async (call: string, seat: string): Promise<Ticket> => seatedIn(call, await http.post<TicketOut>(`/calls/${call}/seats`, { seat })),
  leaveSeat: (call: string, seat: string) => http.delete(`/calls/${call}/seats/${seat}`),

  record: ({ call, on }: { call: string; on: boolean }, key?: string) => http.post<CallOut>(`/calls/${call}/recording`, { on }, key),
  consent: ({ call, ...given }: Consent, key?: string) => http.post<CallOut>(`/calls/${call}/consents`, given, key),
  askStill: (call: string, key?: string) => http.post<CallOut>(`/calls/${call}/stills/ask`, {}, key),
  keepStill: ({ call, file }: { call: string; file: string }, key?: string) => http.post<StillOut>(`/calls/${call}/stills`, { file_id: file }, key),

  invite: ({ call, practitioner }: { call: string; practitioner: string }, key?: string) =>
    http.post<CallOut>(`/calls/${call}/invitations`, { practitioner_id: practitioner }, key),
  invitations: (signal?: AbortSignal) => http.get<Items<Invited>>('/calls/invitations', signal),
  declineInvitation: (invitation: string, key?: string) => http.post(`/calls/invitations/${invitation}/decline`, {}, key),
  remove: ({ call, person }: { call: string; person: string }) => http.delete(`/calls/${call}/people/${person}`),

  observable: (signal?: AbortSignal) => http.get<Observables>('/calls/observable', signal),
  observe: ({ call, reason }: { call: string; reason: string }, key?: string) => http.post<CallOut>(`/calls/${call}/observe`, { reason }, key),
  ofRecord: (visit: string, signal?: AbortSignal) => http.get<Items<PastCall>>(`/consultations/${visit}/calls`, signal),
}

export const guestCalls = {
  mine: (signal?: AbortSignal) => http.get<GuestCall>('/guest/call', signal),
  /** `recorded`: the guest agrees to be in the recording, if there is one. */
  takeSeat: async (call: string, seat: string, recorded = false): Promise<Ticket> => seatedIn(call, await http.post<TicketOut>('/guest/call/seats', { seat, recorded })),
  leaveSeat: (_call: string, seat: string) => http.delete(`/guest/call/seats/${seat}`),
}

export interface SegmentTold {
  seat: string
  of: string
  of_role: string
  mime: string
  began_at: string
  /** The same clock, now. */
  sent_at: string
}

/** How far the house is with a segment. */
export interface SegmentOut {
  id: string
  state: 'open' | 'closed' | 'lost'
  /** The chunk that it wants next. */
  next: number
  /** Over all before it. */
  chain: string
  bytes: number
}

export interface ChunkTold {
  sha256: string
  chain: string
  beganMs: number
}

const segmentPath = (call: string, segment: string): string => `/calls/${call}/segments/${segment}`

/** Bytes as they are; `http` speaks JSON only. */
async function sendBytes(method: 'PUT' | 'POST', path: string, bytes: ArrayBuffer | Blob, told: Record<string, string>): Promise<unknown> {
  const kind = bytes instanceof Blob ? bytes.type : 'application/octet-stream'
  const headers = { ...told, Accept: 'application/json', 'X-CSRFToken': csrfToken(), 'Content-Type': kind }
  let response: Response
  try {
    response = await fetch(API + path, { method, headers, body: bytes, credentials: 'same-origin', signal: AbortSignal.timeout(PIECE_WITHIN_MS) })
  } catch {
    throw offline()
  }
  hearTime(response.headers.get('Date') ?? '')
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw problemFrom(response.status, answer)
  return answer
}

/** `agreed`: the version of what the speaker has said yes to. */
export interface Spoken {
  seat: string
  sound: Blob
  ms: number
  agreed: string
}

async function written(path: string, { seat, sound, ms, agreed }: Spoken): Promise<string> {
  const { text } = (await sendBytes('POST', path, sound, { 'X-Seat': seat, 'X-Ms': String(ms), 'X-Agreed': agreed })) as { text: string }
  return text
}

/** What was said in a few seconds; empty: nothing. */
export const captions = {
  ofCall: (call: string, spoken: Spoken): Promise<string> => written(`/calls/${call}/captions`, spoken),
  ofGuest: (_call: string, spoken: Spoken): Promise<string> => written('/guest/call/captions', spoken),
}

export const recordings = {
  begin: (call: string, segment: string, told: SegmentTold) => http.put<SegmentOut>(segmentPath(call, segment), told),
  chunk: (call: string, segment: string, seq: number, bytes: ArrayBuffer, { sha256, chain, beganMs }: ChunkTold) =>
    sendBytes('PUT', `${segmentPath(call, segment)}/chunks/${seq}`, bytes, { 'X-SHA256': sha256, 'X-Chain': chain, 'X-Began-At': String(beganMs) }),
  close: (call: string, segment: string, told: { chunks: number; chain: string; ended_at: string }) => http.post(`${segmentPath(call, segment)}/close`, told),
}
