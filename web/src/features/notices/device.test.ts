import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { notices } from './api'
import { keepDevice, possible, stateHere, turnOff, turnOn, type Surroundings } from './device'

const ANDROID = 'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1'
const PHONE: Surroundings = { agent: ANDROID, touches: 5, standalone: false, secure: true, hasPush: true, permission: 'default' }
const KEY = 'BAAA'

describe('what is possible here', () => {
  it.each([
    ['off', {}],
    ['refused', { permission: 'denied' }],
    ['insecure', { secure: false }],
    ['unsupported', { hasPush: false }],
    ['install', { agent: IPHONE, hasPush: false }],
    ['unsupported', { agent: IPHONE, hasPush: false, standalone: true }],
    ['off', { agent: IPHONE, standalone: true }],
    ['embedded', { agent: `${ANDROID} MicroMessenger/8.0` }],
  ] as const)('is %s with %j', (expected, differs) => expect(possible({ ...PHONE, ...differs })).toBe(expected))
})

describe('a browser', () => {
  const add = vi.spyOn(notices, 'addDevice')
  const forget = vi.spyOn(notices, 'forgetEndpoint')
  const unsubscribe = vi.fn(() => Promise.resolve(true))
  const found = { endpoint: 'https://push.example.com/1', toJSON: () => ({ endpoint: 'https://push.example.com/1', keys: { p256dh: 'p', auth: 'a' } }), unsubscribe }
  let current: typeof found | null = null
  const subscribe = vi.fn(() => Promise.resolve((current = found)))
  const ask = vi.fn(() => Promise.resolve('granted'))

  beforeEach(() => {
    current = null
    localStorage.clear()
    add.mockReset().mockResolvedValue({ id: '1' })
    forget.mockReset().mockResolvedValue(null)
    unsubscribe.mockClear()
    subscribe.mockClear()
    const worker = { pushManager: { subscribe, getSubscription: () => Promise.resolve(current) } }
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('matchMedia', () => ({ matches: false }))
    vi.stubGlobal('PushManager', Object)
    vi.stubGlobal('Notification', { permission: 'default', requestPermission: ask })
    vi.stubGlobal('navigator', { userAgent: ANDROID, maxTouchPoints: 5, serviceWorker: { ready: Promise.resolve(worker), getRegistration: () => Promise.resolve(worker) } })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('stays given back when it was about to be confirmed', async () => {
    await turnOn('me', KEY)
    await Promise.all([keepDevice('me'), turnOff()])
    expect(add).toHaveBeenCalledTimes(1)
    expect(await stateHere('me')).toBe('off')
  })

  it('stays given back when the house answers an earlier word late', async () => {
    await turnOn('me', KEY)
    let answer: (told: { id: string }) => void = () => undefined
    const order: string[] = []
    add.mockReturnValue(new Promise((done) => (answer = done)).then((told) => (order.push('added'), told as { id: string })))
    forget.mockImplementation(() => (order.push('forgotten'), Promise.resolve(null)))
    const kept = keepDevice('me')
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(2))
    const off = turnOff()
    answer({ id: '1' })
    await Promise.all([kept, off])
    expect(order).toEqual(['added', 'forgotten'])
    expect(await stateHere('me')).toBe('off')
    expect(localStorage.length).toBe(0)
  })

  it('is on for who turned it on, and off for anybody else', async () => {
    expect(await turnOn('me', KEY)).toBe('on')
    expect(add).toHaveBeenCalledWith({ endpoint: found.endpoint, keys: { p256dh: 'p', auth: 'a' }, name: 'Android · Chrome' })
    expect(await stateHere('me')).toBe('on')
    expect(await stateHere('another')).toBe('off')
  })

  it.each([
    ['denied', 'refused'],
    ['default', 'off'],
  ])('asked and answered %s is %s, and the house hears nothing', async (answer, state) => {
    ask.mockResolvedValueOnce(answer)
    expect(await turnOn('me', KEY)).toBe(state)
    expect(add).not.toHaveBeenCalled()
  })

  it('whose push service is not there is broken, and is not said to be on', async () => {
    subscribe.mockRejectedValueOnce(new DOMException('push service error', 'AbortError'))
    expect(await turnOn('me', KEY)).toBe('broken')
    expect(await stateHere('me')).toBe('off')
  })

  it('that the house does not take is not said to be on', async () => {
    add.mockRejectedValueOnce(new Error('refused'))
    await expect(turnOn('me', KEY)).rejects.toThrow('refused')
    expect(await stateHere('me')).toBe('off')
  })

  it('is given back when it is turned off, also without a line', async () => {
    await turnOn('me', KEY)
    forget.mockRejectedValueOnce(new Error('offline'))
    await turnOff()
    expect(unsubscribe).toHaveBeenCalled()
    expect(await stateHere('me')).toBe('off')
  })

  it('of another account is given back on arrival; one of mine is confirmed', async () => {
    await turnOn('me', KEY)
    add.mockClear()
    await keepDevice('me')
    expect(add).toHaveBeenCalledOnce()
    await keepDevice('another')
    expect(forget).toHaveBeenCalledWith(found.endpoint)
    expect(unsubscribe).toHaveBeenCalled()
    forget.mockClear()
    await keepDevice('another')
    expect(forget).not.toHaveBeenCalled()
  })
})
