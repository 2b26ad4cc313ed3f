/** Sign-in by django-allauth's headless door (docs/how-to/sign-in.md). */

import { bodyOf, exchange } from './http'
import { ApiProblem, asProblem, problemFrom, type Text } from './problem'
import { leaving } from './session'

const DOOR = '/_allauth/browser/v1'

export interface Flow {
  id: string
  is_pending?: boolean
  /** Of the second factor: those that this account has. */
  types?: string[]
}

export interface SignInAnswer {
  status: number
  pending: string | null
  flows: Flow[]
  data: Record<string, unknown>
}

interface RawAnswer {
  data?: Record<string, unknown> & { flows?: Flow[] }
  errors?: { code: string; param?: string; message: string }[]
}

const WORDS: Record<string, Text> = {
  incorrect_code: { zh: '验证码不正确，请核对后再输入。', en: 'That code is not right. Check it and enter it again.' },
  invalid_code: { zh: '验证码不正确，请核对后再输入。', en: 'That code is not right. Check it and enter it again.' },
  code_expired: { zh: '验证码已过期，请重新获取。', en: 'That code has expired. Ask for a new one.' },
  username_password_mismatch: { zh: '用户名或密码不正确。', en: 'The user name or password is not right.' },
  phone_password_mismatch: { zh: '手机号或密码不正确。', en: 'The phone number or password is not right.' },
  too_many_login_attempts: { zh: '尝试次数过多，请稍后再试。', en: 'Too many attempts. Please wait a while.' },
  rate_limited: { zh: '操作太频繁，请稍等一分钟再试。', en: 'That was too often. Please wait a minute.' },
  invalid_phone: { zh: '手机号格式不正确。', en: 'This is not a valid phone number.' },
}
/** What is no phone number is a user name. */
function named(who: string): { phone: string } | { username: string } {
  const bare = who.replace(/[\s-]/g, '')
  if (/^1[3-9]\d{9}$/.test(bare)) return { phone: `+86${bare}` }
  return /^\+[1-9]\d{6,14}$/.test(bare) ? { phone: bare } : { username: who }
}
const TOO_OFTEN: Text = WORDS['rate_limited'] ?? { zh: '', en: '' }

function refused(status: number, raw: RawAnswer): ApiProblem {
  const first = raw.errors?.[0]
  if (status === 429) return new ApiProblem({ status, code: 'rate_limited', text: TOO_OFTEN })
  if (!first) return problemFrom(status, raw)
  const text = WORDS[first.code] ?? (first.param === 'phone' ? WORDS['invalid_phone'] : undefined)
  return new ApiProblem({ status, code: first.code, text: text ?? { zh: first.message, en: first.message } })
}

/** 401 with flows is not an error: it says what comes next. */
async function ask(method: string, path: string, body?: unknown): Promise<SignInAnswer> {
  const response = await exchange(method, DOOR + path, body === undefined ? {} : { body })
  const raw = ((await bodyOf(response)) ?? {}) as RawAnswer
  const flows = raw.data?.flows ?? []
  if (!response.ok && !(response.status === 401 && flows.length > 0) && !(response.status === 410)) {
    throw refused(response.status, raw)
  }
  return {
    status: response.status,
    pending: flows.find((f) => f.is_pending)?.id ?? null,
    flows,
    data: raw.data ?? {},
  }
}

export const allauth = {
  /** Also sets the CSRF cookie, so it comes first. */
  session: (): Promise<SignInAnswer> => ask('GET', '/auth/session'),
  requestPhoneCode: (phone: string): Promise<SignInAnswer> => ask('POST', '/auth/code/request', { phone }),
  confirmCode: (code: string): Promise<SignInAnswer> => ask('POST', '/auth/code/confirm', { code }),
  /** A doctor who has applied here signs in by the phone number of the application, the others by a user name. */
  login: (who: string, password: string): Promise<SignInAnswer> => ask('POST', '/auth/login', { ...named(who), password }),
  secondFactor: (code: string): Promise<SignInAnswer> => ask('POST', '/auth/2fa/authenticate', { code }),
  signOut: (): Promise<void> => leaving(() => ask('DELETE', '/auth/session').then(() => undefined)),
  ask,
}

/** True when the door wants a fresh sign-in before it changes how one signs in. */
export const wantsSignIn = (error: unknown): boolean => asProblem(error).status === 401
