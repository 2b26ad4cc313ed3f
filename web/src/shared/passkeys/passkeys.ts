/** Passkeys of this browser (WebAuthn), and the hospital's doors for them. */

import { allauth, type SignInAnswer } from '../api/allauth'
import { ApiProblem, asProblem, problemFrom, type Text } from '../api/problem'

export type Obstacle = 'address' | 'insecure' | 'unsupported'
type Json = Record<string, unknown>

export const PASSKEYS = '/account/authenticators/webauthn'
const SIGN_IN = '/auth/webauthn/login'
const SECOND_FACTOR = '/auth/webauthn/authenticate'
const PROOF = '/auth/webauthn/reauthenticate'

export const OBSTACLES: Record<Obstacle, Text> = {
  address: {
    zh: '现在的网址是数字（IP）地址，浏览器在这里不能使用通行密钥。请用密码和验证码，或用医院的域名打开本页。',
    en: 'This page was opened by a number (an IP address), where browsers refuse passkeys. Use password and code, or open the page by the name of the hospital.',
  },
  insecure: {
    zh: '现在的网址没有加密（不是 https），浏览器在这里不能使用通行密钥。请用密码和验证码。',
    en: 'This address is not encrypted (no https), and browsers refuse passkeys here. Use password and code.',
  },
  unsupported: {
    zh: '这个浏览器不支持通行密钥。请用密码和验证码，或换一个较新的浏览器。',
    en: 'This browser does not know passkeys. Use password and code, or a newer browser.',
  },
}

const WORDS = {
  cancelled: {
    zh: '没有用上通行密钥：可能是您取消了、超时了，或这台设备上没有此账号的通行密钥。请再试一次，或改用验证码。',
    en: 'No passkey was used: you may have cancelled, it took too long, or this device has none for this account. Try again, or use a code.',
  },
  exists: { zh: '这台设备上已有此账号的通行密钥，不必再添加。', en: 'This device holds a passkey of this account already.' },
  elsewhere: {
    zh: '现在的网址不是医院登记的网址，通行密钥只在那里有效。请用医院的网址打开本页，或用密码和验证码。',
    en: 'Passkeys hold only at the hospital’s own address, and this is another. Open the page there, or use password and code.',
  },
  unfit: {
    zh: '这个通行密钥不能核验是您本人（指纹、面容或密码），或存不下。请换一个，或用验证码。',
    en: 'This key cannot check that it is you (finger, face or PIN), or has no room. Use another, or a code.',
  },
  refused: {
    zh: '这个通行密钥没有通过：它可能已被移除，或属于另一个账号。请再试一次，或改用密码和验证码。',
    en: 'This passkey was not accepted: it may have been removed, or be of another account. Try again, or use password and code.',
  },
} satisfies Record<string, Text>
const BY_NAME: Record<string, keyof typeof WORDS> = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'exists',
  SecurityError: 'elsewhere',
  ConstraintError: 'unfit',
  NotSupportedError: 'unfit',
}

interface Here {
  hostname: string
  isSecure: boolean
  knowsPasskeys: boolean
}

/** Why no passkey can be used at this address or in this browser; null when one can. */
export function obstacleAt({ hostname, isSecure, knowsPasskeys }: Here): Obstacle | null {
  if (/^\d+(\.\d+){3}$/.test(hostname) || hostname.includes(':')) return 'address'
  if (!isSecure) return 'insecure'
  return knowsPasskeys ? null : 'unsupported'
}

export const obstacle = (): Obstacle | null =>
  obstacleAt({ hostname: location.hostname, isSecure: isSecureContext, knowsPasskeys: 'PublicKeyCredential' in window })

function problemOf(code: keyof typeof WORDS | Obstacle): ApiProblem {
  return new ApiProblem({ status: 0, code: `passkey_${code}`, text: { ...WORDS, ...OBSTACLES }[code] })
}

/** What a browser throws, or the door answers, in words that say what to do. */
export function passkeyProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem && error.code === 'incorrect_code') return problemOf('refused')
  if (error instanceof ApiProblem) return error
  const known = error instanceof Error ? BY_NAME[error.name] : undefined
  return known ? problemOf(known) : asProblem(error)
}

export function bytesFrom(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))
}

export function textFrom(bytes: ArrayBuffer): string {
  const signs = [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join('')
  return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

interface Described {
  type: 'public-key'
  id: string
}
const described = (each: Described): PublicKeyCredentialDescriptor => ({ ...each, id: bytesFrom(each.id) })

type Creation = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: Described[]
}
type Request = Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & {
  challenge: string
  allowCredentials?: Described[]
}

async function asked<T>(path: string, kind: 'creation_options' | 'request_options'): Promise<T> {
  const answer = await allauth.ask('GET', path)
  if (answer.status >= 400) throw problemFrom(answer.status, answer.data)
  return (answer.data[kind] as { publicKey: T }).publicKey
}

/** As `PublicKeyCredential.toJSON` says it, which some browsers lack. */
function written(held: PublicKeyCredential): Json {
  const { response } = held
  const said: Json = { clientDataJSON: textFrom(response.clientDataJSON) }
  if (response instanceof AuthenticatorAttestationResponse) said['attestationObject'] = textFrom(response.attestationObject)
  if (response instanceof AuthenticatorAssertionResponse) {
    said['authenticatorData'] = textFrom(response.authenticatorData)
    said['signature'] = textFrom(response.signature)
    said['userHandle'] = response.userHandle ? textFrom(response.userHandle) : null
  }
  return { id: held.id, rawId: textFrom(held.rawId), type: held.type, response: said, clientExtensionResults: held.getClientExtensionResults() }
}

async function withWords<T>(act: () => Promise<T>): Promise<T> {
  const inTheWay = obstacle()
  if (inTheWay) throw problemOf(inTheWay)
  try {
    return await act()
  } catch (error) {
    throw passkeyProblem(error)
  }
}

async function answered(path: string): Promise<Json> {
  const options = await asked<Request>(path, 'request_options')
  const publicKey = { ...options, challenge: bytesFrom(options.challenge), allowCredentials: (options.allowCredentials ?? []).map(described) }
  const held = await navigator.credentials.get({ publicKey })
  if (!(held instanceof PublicKeyCredential)) throw problemOf('cancelled')
  return written(held)
}

async function sent(path: string): Promise<SignInAnswer> {
  return allauth.ask('POST', path, { credential: await answered(path) })
}

/** Makes one in this browser and hands it in under this name. */
export const addPasskey = (name: string): Promise<true> =>
  withWords<true>(async () => {
    const options = await asked<Creation>(PASSKEYS, 'creation_options')
    const publicKey = {
      ...options,
      challenge: bytesFrom(options.challenge),
      user: { ...options.user, id: bytesFrom(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map(described),
    }
    const made = await navigator.credentials.create({ publicKey })
    if (!(made instanceof PublicKeyCredential)) throw problemOf('cancelled')
    const answer = await allauth.ask('POST', PASSKEYS, { name, credential: written(made) })
    if (answer.status >= 400) throw problemFrom(answer.status, answer.data)
    return true
  })

/** Without user name, password or code. */
export const signInByPasskey = (): Promise<true> =>
  withWords<true>(async () => {
    // An account that was disabled is answered like one that has not signed in.
    if ((await sent(SIGN_IN)).status >= 400) throw problemOf('refused')
    return true
  })

/** After the password; a status of 401 says that the half-way sign-in is forgotten. */
export const secondFactorByPasskey = (): Promise<SignInAnswer> => withWords(() => sent(SECOND_FACTOR))

/** Who is signed in shows anew who it is: to the sign-in's own door. */
export const proveByPasskey = (): Promise<true> =>
  withWords<true>(async () => {
    const answer = await sent(PROOF)
    if (answer.status >= 400) throw problemFrom(answer.status, answer.data)
    return true
  })

/** The same, for another door of the hospital to look at. */
export const passkeyAnswer = (): Promise<Json> => withWords(() => answered(PROOF))
