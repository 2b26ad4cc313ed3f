/** Ten openings of one page by one doctor are one line with a number: the patient looks for who, not how often. */
import type { Access } from '@/shared/api/contract'

export interface ReaderLine {
  line: Access
  times: number
}

const HOUR_MS = 3_600_000

const isSame = (one: Access, other: Access): boolean =>
  one.who.name.zh === other.who.name.zh &&
  one.action.zh === other.action.zh &&
  one.purpose.zh === other.purpose.zh &&
  Math.abs(Date.parse(one.at) - Date.parse(other.at)) < HOUR_MS

/** Newest first, as given; the newest of each kind stands for those of the hour before it. */
export function grouped(lines: readonly Access[]): ReaderLine[] {
  const found: ReaderLine[] = []
  for (const line of lines) {
    const same = found.find((one) => isSame(one.line, line))
    if (same) same.times += 1
    else found.push({ line, times: 1 })
  }
  return found
}
