/** What a new version changes, paragraph by paragraph: the longest common part stays. */

export interface Piece {
  kind: 'same' | 'gone' | 'new'
  text: string
}

export const paragraphs = (text: string): string[] => text.split(/\n+/).map((each) => each.trim()).filter(Boolean)

export function differences(before: string, after: string): Piece[] {
  const a = paragraphs(before)
  const b = paragraphs(after)
  const common: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) (common[i] ?? [])[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const pieces: Piece[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i] ?? '' })
      i += 1
      j += 1
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'gone', text: a[i] ?? '' })
      i += 1
    } else {
      pieces.push({ kind: 'new', text: b[j] ?? '' })
      j += 1
    }
  }
  return pieces
}

export interface Gap {
  kind: 'gap'
  count: number
}

/** With one paragraph of what stays around each change; longer runs are only counted. */
export function condensed(pieces: readonly Piece[]): (Piece | Gap)[] {
  const near = pieces.map((_, i) => [i - 1, i, i + 1].some((n) => (pieces[n]?.kind ?? 'same') !== 'same'))
  const found: (Piece | Gap)[] = []
  for (const [i, piece] of pieces.entries()) {
    const last = found.at(-1)
    if (near[i]) found.push(piece)
    else if (last?.kind === 'gap') last.count += 1
    else found.push({ kind: 'gap', count: 1 })
  }
  return found
}
