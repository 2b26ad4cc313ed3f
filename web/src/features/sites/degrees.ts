/** Degrees as they are typed. */

/** Null for an empty field; NaN for what is no number. */
export function numberOf(typed: string): number | null {
  const words = typed.trim().replace('，', '.').replace(',', '.')
  return words === '' ? null : Number(words)
}

export function isPlace(typed: string, most: number): boolean {
  const degrees = numberOf(typed)
  return degrees === null || Math.abs(degrees) <= most
}
