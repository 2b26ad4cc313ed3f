/** What the staff's side reads of calls, beyond what both sides share. */
import type { Text } from '@/shared/api/problem'
import type { PastCall as Told } from '@/shared/call/types'

export type { Invited, ObservableCall as Observable } from '@/shared/call/types'

/** What is kept of a call; its id is the call's. `verified`: null, not looked at. Gaps are on the made file's time line. */
export interface Kept {
  id: string
  state: 'keeping' | 'making' | 'made' | 'failed'
  length_ms: number
  gaps: { from_ms: number; to_ms: number }[]
  verified: boolean | null
  kept_until: string | null
}

export interface Card extends Kept {
  /** Of a failed one. */
  why: Text | null
  may_play: boolean
  /** For which this person may look at it. */
  purposes: { code: string; text: Text }[]
}

export interface PastCall extends Told {
  recording_card: Kept | null
}

