/** The demo hospital's people and what its gateways would have sent. */
import type { Text } from '@/shared/api/problem'

export interface DemoPerson {
  role: Text
  name: Text
  kind: 'patient' | 'staff'
  phone?: string | null
  username?: string | null
  password?: string | null
  totp?: string | null
  totp_left_s?: number | null
  /** By which an assistant makes this browser a device of the site, and takes back a screen that was handed over. */
  enrolment?: string | null
  pin?: string | null
  page: string
  note: Text | null
}

export interface Delivery {
  id: string
  channel: 'sms' | 'mail'
  to: string
  text: Text
  code: string | null
  at: string
}

/** To whom messages of simulated patients go (host/demo/hiring.py); nobody looks for their codes. */
const SIMULATED = /^(\+86)?1990000/

export const isSimulated = (delivery: Pick<Delivery, 'to'>): boolean => SIMULATED.test(delivery.to.replace(/[\s-]/g, ''))

export type Shown = 'all' | 'patient' | 'staff'

export function matches(person: DemoPerson, words: string, shown: Shown): boolean {
  if (shown !== 'all' && person.kind !== shown) return false
  const asked = words.trim().toLowerCase()
  const texts = [person.role, person.name, person.note].flatMap((text) => (text ? [text.zh, text.en] : []))
  return [...texts, person.username ?? '', person.phone ?? ''].some((one) => one.toLowerCase().includes(asked))
}

/** Whole seconds a code still holds, some time after the server told how long it would. */
export function secondsLeft(told: number | null | undefined, readAt: number, now: number): number {
  return Math.max(0, Math.ceil((told ?? 0) - Math.max(0, now - readAt) / 1000))
}

/** When to ask again: as soon as the first code has run out. */
export function nextCodesMs(people: readonly DemoPerson[] | undefined): number {
  const left = (people ?? []).flatMap((person) => (person.totp_left_s == null ? [] : [person.totp_left_s]))
  return left.length === 0 ? 30_000 : Math.max(1, Math.min(...left)) * 1000 + 250
}
