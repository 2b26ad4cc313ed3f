/** The order of the pool, and where one of it stands. Pure. */

import type { LiveEvent } from '@/shared/live/protocol'

import type { PoolRow } from './api'

/** The server's `is_out_of_date` is of the last reading. `held`: by a colleague. */
export type Standing = 'waiting' | 'soon' | 'overdue' | 'mine' | 'held' | 'over'

const SOON_MS = 10 * 60_000
const WAITS: ReadonlySet<string> = new Set(['signed_by_doctor', 'escalated'])

export const waits = (row: PoolRow): boolean => WAITS.has(row.state)

/** Which of two reviews it waits for; empty where one is enough. */
export function turn(row: PoolRow): '' | 'first' | 'second' {
  if (row.reviews_needed < 2) return ''
  return row.reviews_made ? 'second' : 'first'
}

/** Held by whoever looks, and still in time: what ran out is out, whenever the house comes by. */
export const isHeld = (row: PoolRow, now: number): boolean => row.state === 'claimed' && row.is_mine && Date.parse(row.claimed_until ?? '') > now

const due = (row: PoolRow): number => Date.parse(row.review_due_at ?? '') || Infinity

/** The nearest deadline first, those of long ago before all; ids grow with time and settle the rest. */
export function inOrder<T extends PoolRow>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => due(a) - due(b) || (a.id < b.id ? -1 : 1))
}

export function standing(row: PoolRow, now: number): Standing {
  if (row.state === 'claimed') return row.is_mine ? 'mine' : 'held'
  if (!waits(row)) return 'over'
  const left = due(row) - now
  if (row.state === 'escalated' || left <= 0) return 'overdue'
  return left < SOON_MS ? 'soon' : 'waiting'
}

/** Seconds until then, below zero when it has passed; null without a deadline. */
export function secondsTo(iso: string | null, now: number): number | null {
  return iso ? (Date.parse(iso) - now) / 1000 : null
}

/** Whether what the line tells may be of this one; a resync (null) may be of any. */
export const concerns = (event: LiveEvent | null, id: string): boolean => event === null || event.data['prescription_id'] === id

/** The next that whoever looks may claim, after the one that is open; from the top again at the end. */
export function nextWaiting<T extends PoolRow>(rows: readonly T[], open: string): T | undefined {
  const at = rows.findIndex((row) => row.id === open)
  return [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find((row) => waits(row) && row.may_claim && row.id !== open)
}
