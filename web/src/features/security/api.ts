/** One's own sign-in, by django-allauth's headless door. */
import { allauth } from '@/shared/api/allauth'
import { bodyOf, exchange } from '@/shared/api/http'
import { problemFrom } from '@/shared/api/problem'
import { PASSKEYS } from '@/shared/passkeys/passkeys'

const DOOR = '/_allauth/browser/v1'

async function asked(method: string, path: string, body: unknown): Promise<true> {
  const answer = await allauth.ask(method, path, body)
  if (answer.status >= 400) throw problemFrom(answer.status, answer.data)
  return true
}

/** The codes are told this once. */
export async function makeCodes(): Promise<string[]> {
  const response = await exchange('POST', `${DOOR}/account/authenticators/recovery-codes`, { body: {} })
  const body = (await bodyOf(response)) as { data?: { unused_codes?: string[] } } | null
  if (!response.ok || !body?.data?.unused_codes) throw problemFrom(response.status, body)
  return body.data.unused_codes
}

export const changePassword = (given: { current: string; wanted: string }): Promise<true> =>
  asked('POST', '/account/password/change', { current_password: given.current, new_password: given.wanted })

export const namePasskey = (given: { id: number; name: string }): Promise<true> => asked('PUT', PASSKEYS, given)
export const removePasskey = (id: number): Promise<true> => asked('DELETE', PASSKEYS, { authenticators: [id] })

/** Shows anew who it is: six digits of the authenticator, or eight of a recovery code. */
export const proveByCode = (code: string): Promise<true> => asked('POST', '/auth/2fa/reauthenticate', { code })
