/** With whom a page is connected: pure. Who sends is connected with everybody who sends; an observer with the doctor's page alone. */

import type { SeatOut, SeatRole } from '../live/seats'

export interface Mine {
  id: string
  role: SeatRole
}

/** The newest of a person's seats, here before not here; none of this person's own others. */
export function othersOf(seats: readonly SeatOut[], mine: Mine): SeatOut[] {
  const me = seats.find((seat) => seat.id === mine.id)?.person
  const newest = new Map<string, SeatOut>()
  for (const seat of seats) {
    if (seat.id === mine.id || seat.person === me) continue
    const known = newest.get(seat.person)
    if (!known || seat.here || !known.here) newest.set(seat.person, seat)
  }
  return [...newest.values()]
}

const isTheDoctors = (seat: { role: SeatRole; is_main?: boolean }): boolean => seat.role === 'doctor' && seat.is_main !== false

export function isConnectedWith(other: SeatOut, mine: Mine): boolean {
  if (mine.role === 'observer') return isTheDoctors(other)
  if (other.role === 'observer') return isTheDoctors(mine)
  return other.sends
}

/** Whether that page sends on to this one what others send. */
export const relaysTo = (other: SeatOut, mine: Mine): boolean => mine.role === 'observer' && isTheDoctors(other)

/** Of the line between the two who hold the call; one who only joins has it with either. */
export const isMainFor = (other: SeatOut): boolean => other.is_main

/** A picture is on its way from there, as its page says. */
export const showsPicture = (seat: SeatOut): boolean => !seat.audio_only && (seat.camera || seat.screen)
