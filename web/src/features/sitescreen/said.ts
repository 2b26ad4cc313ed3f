/** What was answered on this page and the house does not keep: for one walk-in, in this tab alone. */

import type { Visit } from '@/shared/api/contract'

const keyOf = (walkIn: string, what: string): string => `xinglin.screen.${walkIn}.${what}`

export type Said = 'chat' | `rung.${string}`

/** That it rang for the doctor who has the visit now: whoever takes it after them is rung anew, be it the same one. */
export const rungOf = ({ id, doctor, returned }: Pick<Visit, 'id' | 'doctor' | 'returned'>): Said => `rung.${id}.${doctor?.id ?? ''}.${returned}`

export function isSaid(walkIn: string, what: Said, store: Storage = sessionStorage): boolean {
  return store.getItem(keyOf(walkIn, what)) !== null
}

export function say(walkIn: string, what: Said, store: Storage = sessionStorage): void {
  try {
    store.setItem(keyOf(walkIn, what), '1')
  } catch {
    // Without it a reload asks once more.
  }
}
