/** Who came into a visit by a link, and the links that are open. */

import type { Text } from '../api/problem'

export interface Guest {
  id: string
  name: string
  entered_at: string
}

export interface GuestLink {
  id: string
  made_as: 'patient' | 'doctor'
  relation: string
  relation_text: Text
  name: string
  sees_earlier: boolean
  may_write: boolean
  by_sms: boolean
  made_at: string
  expires_at: string
  may_revoke: boolean
  guests: Guest[]
}

export interface Room {
  items: GuestLink[]
  next: string | null
  may_invite: boolean
  relations: { code: string; text: Text }[]
}

/** Signs a message of a guest, or of a doctor's assistant, in its body. */
export interface By {
  guest?: string
  name: string
  relation?: string
  assistant?: string
  lead?: Text
}
