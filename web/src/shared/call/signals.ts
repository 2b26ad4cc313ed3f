/** What two pages of a room tell each other over the house. Each connection has a name, so that words of an earlier one are known as such. */

export type Signal =
  | { kind: 'description'; from: string; to: string | null; /** Counts the offers of `from`; an answer carries its offer's. */ n: number; description: { type: 'offer' | 'answer'; sdp: string } }
  | { kind: 'candidate'; from: string; to: string | null; candidate: RTCIceCandidateInit | null }
  /** The connection `from` is new and waits for an offer. */
  | { kind: 'fresh'; from: string }
  /** To an observer: whose stream is which (stream id -> seat). */
  | { kind: 'whose'; streams: Record<string, string> }

type Loose = Record<string, unknown>
const isLoose = (value: unknown): value is Loose => typeof value === 'object' && value !== null
const isName = (value: unknown): boolean => typeof value === 'string' || value === null

/** Null for what another version of the page, or a stranger to this protocol, has said. */
export function signalFrom(data: unknown): Signal | null {
  if (!isLoose(data)) return null
  const { kind, from, to = null } = data
  if (kind === 'whose') return isLoose(data['streams']) ? (data as Signal) : null
  if (typeof from !== 'string' || !isName(to)) return null
  if (kind === 'fresh') return data as Signal
  if (kind === 'candidate') return data['candidate'] === null || isLoose(data['candidate']) ? (data as Signal) : null
  const description = data['description']
  const isWhole = kind === 'description' && isLoose(description) && typeof description['sdp'] === 'string' && typeof data['n'] === 'number'
  return isWhole ? (data as Signal) : null
}
