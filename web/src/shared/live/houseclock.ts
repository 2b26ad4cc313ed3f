/** The house's time, told from the times it writes on what has just become true: a device's own clock may be wrong by hours. */

let ahead = 0
let isKnown = false

/** Of a message that came live, or of an answer over HTTP: a page just opened has heard no message yet. The one with the least delay is the nearest to the truth. */
export function hearTime(at: string, now = Date.now()): void {
  const told = Date.parse(at) - now
  if (Number.isNaN(told)) return
  ahead = isKnown ? Math.max(ahead, told) : told
  isKnown = true
}

/** A new connection: the device's clock may have been set meanwhile. */
export function forgetTime(): void {
  isKnown = false
}

export function houseNow(now = Date.now()): number {
  return now + ahead
}
