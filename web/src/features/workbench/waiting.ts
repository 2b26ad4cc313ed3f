/** How long a patient has been waiting for this doctor's words. */

export const WAITING_HURTS_S = 120

export interface Spoken {
  sender: 'patient' | 'doctor' | 'system'
  at: string
}

/**
 * The first patient message that the doctor has not answered. Time in the queue is told elsewhere,
 * so nothing before the acceptance counts.
 */
export function waitingSince(messages: readonly Spoken[], acceptedAt: string | null): string | null {
  let first: string | null = null
  for (const message of messages) {
    if (message.sender === 'doctor') first = null
    if (message.sender === 'patient' && first === null) first = message.at
  }
  if (first === null || acceptedAt === null) return first
  return first > acceptedAt ? first : acceptedAt
}

export function secondsSince(at: string | null, now: number): number {
  if (at === null) return 0
  return Math.max(0, Math.floor((now - Date.parse(at)) / 1000))
}

export interface Waits {
  id: string
  since: string | null
}

/** Oldest waiting first; those who wait for nothing keep their order behind. */
export function byOldestWaiting<T extends Waits>(visits: readonly T[]): T[] {
  return [...visits].sort((left, right) => {
    if (left.since === right.since) return 0
    if (left.since === null) return 1
    if (right.since === null) return -1
    return Date.parse(left.since) - Date.parse(right.since)
  })
}
