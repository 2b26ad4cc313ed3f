/** What a card reader says, read: it is a keyboard that types faster than anybody, and ends with Enter. */

import { identityFault, type IdentityFault } from '@/shared/identity/identity'

export interface Card {
  /** Empty when the reader says the number only. */
  name: string
  id_number: string
}

/** `half`: it began and did not end; `none`: nothing in it is an identity number. */
export type CardFault = IdentityFault | 'half' | 'none'
export type ReadCard = { card: Card } | { fault: CardFault }

const SEPARATORS = /[\t,，|;；\r\n]+/
const LABEL = /^[\p{L}\s]{1,20}[:：]\s*/u
const NAME = /^(\p{Script=Han}[\p{Script=Han}·•]{1,29}|[A-Za-z][A-Za-z .,'’-]{1,49})$/u

/** Full-width digits and letters, as an input method makes them. */
function narrow(text: string): string {
  return text.replace(/[！-～]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/　/g, ' ')
}

function numberIn(fields: readonly string[]): string | null {
  const bare = fields.map((field) => field.replace(/[\s-]/g, '').toUpperCase())
  // Dates of birth and of issue are shorter.
  return bare.find((field) => /^\d{15,}[\dX]*$/.test(field)) ?? null
}

/** Fields by tab, comma or bar in the order of any maker, with labels or without; or the number alone. */
export function readCard(text: string): ReadCard {
  const fields = narrow(text)
    .split(SEPARATORS)
    .map((field) => field.trim().replace(LABEL, ''))
    .filter(Boolean)
  const id_number = numberIn(fields)
  if (id_number === null) return { fault: 'none' }
  const fault = identityFault(id_number)
  if (fault) return { fault }
  // The name comes first on the card, and so in every format; sex and nation are a character each.
  return { card: { name: fields.find((field) => NAME.test(field)) ?? '', id_number } }
}

/** Keys further apart are a person's. */
export const FAST_MS = 60
/** So long after the last key a reader has ended, with Enter or without. */
export const SILENCE_MS = 250
/** Fewer fast keys in a row may be two fingers at once. */
const LEAST = 6

export interface Key {
  key: string
  /** Of the keyboard: what `key` hides while an input method listens. */
  code: string
  at: number
  /** Held down. */
  repeat?: boolean
  /** Ctrl, Alt, Meta. */
  modified?: boolean
}

/** `hold`: from this key on it is a reader, and no field should have it. */
export type Heard = { kind: 'person' } | { kind: 'hold' } | { kind: 'end'; text: string }

function character({ key, code }: Key): string | null {
  if (key === 'Tab') return '\t'
  if (/^.$/su.test(key)) return key
  if (key !== 'Process' && key !== 'Unidentified') return null
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? /^Key([A-Z])$/.exec(code)?.[1] ?? null
}

const PASSED_OVER = new Set(['Shift', 'CapsLock', 'NumLock', 'Alt'])

/** Tells a reader from a person by the time between keys; pure, the clock comes with the key. */
export class Wedge {
  private text = ''
  private last = -Infinity

  get isReading(): boolean {
    return this.text.length >= LEAST
  }

  hear(key: Key): Heard {
    // Some readers press Shift for an X.
    if (PASSED_OVER.has(key.key)) return { kind: this.isReading ? 'hold' : 'person' }
    const isFast = key.at - this.last <= FAST_MS
    this.last = key.at
    if (!isFast) this.text = ''
    if (key.key === 'Enter' && this.isReading) return { kind: 'end', text: this.take() }
    const said = key.repeat || key.modified ? null : character(key)
    if (said === null) {
      this.text = ''
      return { kind: 'person' }
    }
    this.text += said
    return { kind: this.isReading ? 'hold' : 'person' }
  }

  /** To be asked when no key has come for a while: what was read is half a card, unless there is none. */
  rest(at: number): Heard {
    return this.isReading && at - this.last >= SILENCE_MS ? { kind: 'end', text: this.take() } : { kind: 'person' }
  }

  private take(): string {
    const text = this.text
    this.text = ''
    return text
  }
}

/** A reading that ended by silence: whole, where the reader sends no Enter; else half. */
export function readWithoutEnter(text: string): ReadCard {
  const found = readCard(text)
  return 'card' in found ? found : { fault: 'half' }
}
