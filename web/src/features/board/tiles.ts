/** The numbers on top: what each is called, and what it opens. */
import { OLDEST_HURTS_S, waitNow, type Figures } from './figures'

export interface Tile {
  name: string
  value: number | null
  /** A wait in seconds. */
  isWait?: boolean
  hurts?: boolean
  figure?: string
  doctors?: string
}

export function tilesOf(totals: Figures, readAt: number, now: number): Tile[] {
  const oldest = waitNow(totals.oldest_wait_s, readAt, now)
  return [
    { name: 'waiting', value: totals.waiting, figure: 'waiting' },
    { name: 'oldest', value: oldest, isWait: true, hurts: (oldest ?? 0) > OLDEST_HURTS_S, figure: 'waiting' },
    { name: 'due_soon', value: totals.due_soon, hurts: totals.due_soon > 0, figure: 'due_soon' },
    { name: 'offers_out', value: totals.offers_out, figure: 'offers_out' },
    { name: 'active', value: totals.active, figure: 'active' },
    { name: 'left_messages', value: totals.left_messages, figure: 'left_messages' },
    { name: 'on_duty', value: totals.on_duty, hurts: totals.on_duty === 0 && totals.waiting > 0, doctors: 'on_duty' },
    { name: 'free_doctors', value: totals.free_doctors, doctors: 'free' },
    { name: 'free', value: totals.free_slots, doctors: 'free' },
    { name: 'paused', value: totals.paused, doctors: 'paused' },
    { name: 'unreachable', value: totals.unreachable, hurts: totals.unreachable > 0, doctors: 'unreachable' },
  ]
}
