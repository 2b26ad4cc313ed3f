/** In which colour a state stands. */
import type { RxState } from '@/shared/api/prescriptions'

const TONES: Partial<Record<RxState, string>> = { effective: 'good', dispensed: 'good', signed_by_doctor: 'wait', claimed: 'wait', escalated: 'wait', returned: 'bad', refused: 'bad' }

export const toneOf = (state: RxState): string => TONES[state] ?? 'quiet'
