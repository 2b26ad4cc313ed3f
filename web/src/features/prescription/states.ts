/** What a state means to the patient. */
import type { RxState } from '@/shared/api/prescriptions'

/** `wait`: written, and not valid yet. */
export type Tone = 'wait' | 'good' | 'quiet' | 'bad'
const TONES: Partial<Record<RxState, Tone>> = { signed_by_doctor: 'wait', claimed: 'wait', escalated: 'wait', returned: 'wait', effective: 'good', dispensed: 'quiet', expired: 'quiet', voided: 'bad', refused: 'bad' }

export const toneOf = (state: RxState): Tone => TONES[state] ?? 'quiet'

/** The one word that counts for a visit: what can be collected, before what waits, before what is over. */
export function foremost<T extends { state: RxState }>(items: readonly T[]): T | undefined {
  for (const tone of ['good', 'wait', 'bad', 'quiet'] as const) {
    const found = items.find((one) => toneOf(one.state) === tone)
    if (found) return found
  }
  return undefined
}

/** In fours, as people read a long code aloud. */
export const inFours = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ')
