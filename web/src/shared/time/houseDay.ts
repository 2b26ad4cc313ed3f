/** Days on the hospital's calendar, wherever the browser stands. */

/** China has one (policy/jurisdictions/cn); a house elsewhere needs its own from the server. */
const HOUSE_ZONE = '+08:00'
const AHEAD_MS = 8 * 3_600_000

/** The hospital's day at this moment, as a date input takes it. */
export const houseDay = (at: string | number): string => new Date(new Date(at).getTime() + AHEAD_MS).toISOString().slice(0, 10)

/** The first moment of that day. */
export const dayBegins = (day: string): string => `${day}T00:00:00${HOUSE_ZONE}`
