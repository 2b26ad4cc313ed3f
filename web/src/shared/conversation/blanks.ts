/** Places that a phrase leaves to be filled in by hand: `[how many days]`. A number in brackets is none. */

export interface Blank {
  start: number
  end: number
  /** With its brackets. */
  label: string
}

const BLANK = /\[(?=[^[\]\n]*[^\d\s.,;:/%\-[\]\n])[^[\]\n]{1,30}\]/g

export function blanksIn(text: string): Blank[] {
  return [...text.matchAll(BLANK)].map((found) => ({ start: found.index, end: found.index + found[0].length, label: found[0] }))
}

export const firstBlank = (text: string): Blank | null => blanksIn(text)[0] ?? null

/** The one from the caret on. */
export const nextBlank = (text: string, caret: number): Blank | null => blanksIn(text).find((blank) => blank.start >= caret) ?? null

/** The one before the caret. */
export const blankBefore = (text: string, caret: number): Blank | null => blanksIn(text).findLast((blank) => blank.end <= caret) ?? null
