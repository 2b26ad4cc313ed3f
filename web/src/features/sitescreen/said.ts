/** What was answered on this page and the house does not keep: for one walk-in, in this tab alone. */

const keyOf = (walkIn: string, what: string): string => `xinglin.screen.${walkIn}.${what}`

export type Said = 'chat' | 'rung'

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
