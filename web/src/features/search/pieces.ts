/** A text cut into what was hit and what was not. The marks count characters, JavaScript counts halves of some. */

import type { Mark } from './types'

export interface Piece {
  text: string
  hit: boolean
}

export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const characters = Array.from(text)
  const found: Piece[] = []
  let at = 0
  for (const [from, to] of marks) {
    if (from > at) found.push({ text: characters.slice(at, from).join(''), hit: false })
    found.push({ text: characters.slice(from, to).join(''), hit: true })
    at = to
  }
  if (at < characters.length) found.push({ text: characters.slice(at).join(''), hit: false })
  return found
}
