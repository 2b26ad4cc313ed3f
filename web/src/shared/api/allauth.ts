/** Sign-in by django-allauth's headless door (docs/how-to/sign-in.md). */

import { bodyOf, exchange } from './http'
import { ApiProblem, problemFrom, type Text } from './problem'
import { forgetSession } from './session'

const DOOR = '/_allauth/browser/v1'

export interface Flow {
  id: string
  is_pending?: boolean
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
  login: (username: string, password: string): Promise<SignInAnswer> => ask('POST', '/auth/login', { username, password }),
  secondFactor: (code: string): Promise<SignInAnswer> => ask('POST', '/auth/2fa/authenticate', { code }),
  async signOut(): Promise<void> {
    await ask('DELETE', '/auth/session')
    forgetSession()
  },
  ask,
}
