import { describe, expect, it } from 'vitest'

import { ApiProblem, offline } from '../api/problem'

import { bytesFrom, OBSTACLES, obstacleAt, passkeyProblem, textFrom } from './passkeys'

const here = (hostname: string, rest: object = {}) => ({ hostname, isSecure: true, knowsPasskeys: true, ...rest })

describe('what keeps a passkey from being used', () => {
  it.each(['127.0.0.1', '192.168.1.20', '[::1]', 'fe80::1'])('is a number in the place of a name: %s', (hostname) => {
    expect(obstacleAt(here(hostname))).toBe('address')
    expect(obstacleAt(here(hostname, { isSecure: false, knowsPasskeys: false }))).toBe('address')
  })
  it('is a line without https', () => {
    expect(obstacleAt(here('hospital.lan', { isSecure: false, knowsPasskeys: false }))).toBe('insecure')
  })
  it('is a browser that does not know them', () => {
    expect(obstacleAt(here('hospital.example', { knowsPasskeys: false }))).toBe('unsupported')
  })
  it.each(['localhost', 'hospital.example', '1.hospital.example'])('is not a name: %s', (hostname) => {
    expect(obstacleAt(here(hostname))).toBeNull()
  })
  it('is said with another way in', () => {
    for (const { zh, en } of Object.values(OBSTACLES)) {
      expect(zh).toContain('密码和验证码')
      expect(en.toLowerCase()).toContain('password and code')
    }
  })
})

describe('what went wrong', () => {
  it.each([
    ['NotAllowedError', 'passkey_cancelled'],
    ['AbortError', 'passkey_cancelled'],
    ['InvalidStateError', 'passkey_exists'],
    ['SecurityError', 'passkey_elsewhere'],
    ['NotSupportedError', 'passkey_unfit'],
  ])('is told in our words: %s', (name, code) => {
    expect(passkeyProblem(new DOMException('', name)).code).toBe(code)
  })
  it('is not called a wrong code when the door refuses the passkey', () => {
    const refused = new ApiProblem({ status: 400, code: 'incorrect_code', text: { zh: '', en: '' } })
    expect(passkeyProblem(refused).text.en).toContain('another account')
  })
  it('stays what it was when it is no matter of passkeys', () => {
    expect(passkeyProblem(offline()).code).toBe('offline')
    expect(passkeyProblem(new TypeError('x')).code).toBe('unknown')
  })
})

it('bytes travel as text and come back', () => {
  const bytes = Uint8Array.from([0, 255, 254, 62, 63, 1])
  expect(textFrom(bytes.buffer)).toBe('AP_-Pj8B')
  expect([...bytesFrom('AP_-Pj8B')]).toEqual([...bytes])
})
