/** The half minute of an offer, told by the server's clock and not by this computer's. */

export const OFFER_MS = 30_000

/** How far the server's clock is ahead of ours, from an answer's Date header (whole seconds). */
export function skewFrom(dateHeader: string | null, receivedAt: number): number {
  const told = dateHeader ? Date.parse(dateHeader) : Number.NaN
  if (Number.isNaN(told)) return 0
  const skew = told + 500 - receivedAt
  return Math.abs(skew) < 1500 ? 0 : skew
}

export interface Remaining {
  seconds: number
  /** 1 when the offer is new, 0 when it is over. */
  share: number
  isOver: boolean
}

export function remaining(expiresAt: string, now: number, skew: number): Remaining {
  const left = Date.parse(expiresAt) - (now + skew)
  const kept = Math.min(OFFER_MS, Math.max(0, Number.isNaN(left) ? 0 : left))
  return { seconds: Math.ceil(kept / 1000), share: kept / OFFER_MS, isOver: kept === 0 }
}
