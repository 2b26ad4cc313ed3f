/** A sign-out that the house has not heard of: until it has, the session of whoever left lives on in this browser's cookie. */

import { allauth } from '../api/allauth'
import { line } from './store/line'

const OWED = 'xinglin.site.sign_out'

export const owesSignOut = (): boolean => localStorage.getItem(OWED) !== null

/** Noted before it is tried: a page that is closed in the middle owes it too. */
export const oweSignOut = (): void => localStorage.setItem(OWED, String(Date.now()))

export const signOutHeard = (): void => localStorage.removeItem(OWED)

let ending: Promise<void> | null = null

async function end(): Promise<void> {
  const { status } = await allauth.session()
  if (status < 400) await allauth.ask('DELETE', '/auth/session')
  signOutHeard()
}

/** Whoever has a session in this browser has it no longer; two who ask at once are one. Raises: ApiProblem. */
export function endSession(): Promise<void> {
  ending ??= end().finally(() => (ending = null))
  return ending
}

/** True when the house knows of every sign-out here. Comes before anything that is asked of it in somebody's name. */
export async function settleSignOut(): Promise<boolean> {
  if (!owesSignOut()) return true
  // Nobody waits for an answer that does not come.
  if (line.value === 'nobody' || line.value === 'stranger') return false
  return endSession().then(
    () => true,
    () => false,
  )
}
