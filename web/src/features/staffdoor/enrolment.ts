/** Setting up an authenticator, by django-allauth's headless door. */
import { allauth } from '@/shared/api/allauth'
import { bodyOf, exchange } from '@/shared/api/http'
import { problemFrom } from '@/shared/api/problem'

const TOTP = '/_allauth/browser/v1/account/authenticators/totp'

export interface Enrolment {
  secret: string
  /** The otpauth address that the QR code holds. */
  totp_url: string
}

/** Null when an authenticator is set up already. */
export async function readEnrolment(): Promise<Enrolment | null> {
  const response = await exchange('GET', TOTP)
  if (response.ok) return null
  const body = (await bodyOf(response)) as { meta?: Partial<Enrolment> } | null
  // "Not found" is the good answer here: there is none yet, and it brings a fresh secret along.
  const { secret, totp_url } = body?.meta ?? {}
  if (!secret || !totp_url) throw problemFrom(response.status, body)
  return { secret, totp_url }
}

/** Throws 401 when the password was given too long ago: then nothing was set up. */
export async function finishEnrolment(code: string): Promise<true> {
  const answer = await allauth.ask('POST', '/account/authenticators/totp', { code })
  if (answer.status >= 400) throw problemFrom(answer.status, answer.data)
  return true
}

/** In fours, as people read a secret aloud. */
export const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')
