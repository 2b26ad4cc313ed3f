/** The board's figures and how they are read. */
import type { Text } from '@/shared/api/problem'

/** From here on a wait is shown as one that hurts. */
export const OLDEST_HURTS_S = 600
export const STALE_AFTER_MS = 45_000

export interface Figures {
  waiting: number
  oldest_wait_s: number | null
  on_duty: number
  free_slots: number
  active: number
  first_reply_p50_s: number | null
  first_reply_p90_s: number | null
  served_today: number
}

export interface DepartmentFigures extends Figures {
  department: { slug: string; name: Text }
  left_messages: number
}

export interface BoardAnswer {
  at: string
  totals: Figures
  departments: DepartmentFigures[]
}

/** The wait goes on between two answers. */
export function waitNow(oldest: number | null, readAt: number, now: number): number | null {
  return oldest === null ? null : oldest + Math.max(0, now - readAt) / 1000
}

export const isBusy = (row: DepartmentFigures): boolean => row.waiting > 0 || row.active > 0 || row.on_duty > 0 || row.left_messages > 0

/** Longest wait first; then who waits at all, then who works, in the house's order otherwise. */
export function byNeed(rows: readonly DepartmentFigures[]): DepartmentFigures[] {
  return [...rows].sort(
    (a, b) => (b.oldest_wait_s ?? -1) - (a.oldest_wait_s ?? -1) || b.waiting - a.waiting || b.left_messages - a.left_messages || b.active - a.active || b.on_duty - a.on_duty,
  )
}
