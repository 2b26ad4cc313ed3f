import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { endSession, owesSignOut, oweSignOut, settleSignOut } from './owed'

/** A browser whose cookie is somebody's until the house hears that they left. */
let isSignedIn: boolean
let hasLine: boolean
let asked: string[]

beforeEach(() => {
  ;[isSignedIn, hasLine, asked] = [true, true, []]
  localStorage.clear()
  vi.stubGlobal('fetch', (_path: string, { method }: RequestInit) => {
    if (!hasLine) return Promise.reject(new TypeError('no line'))
    asked.push(method ?? '')
    if (method === 'DELETE') isSignedIn = false
    const body = JSON.stringify({ data: { flows: isSignedIn ? [] : [{ id: 'login' }] } })
    return Promise.resolve(new Response(body, { status: isSignedIn ? 200 : 401 }))
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('a sign-out without a line', () => {
  it('is owed until the house has heard it', async () => {
    oweSignOut()
    hasLine = false
    expect(await settleSignOut()).toBe(false)
    expect(owesSignOut()).toBe(true)
    hasLine = true
    expect(await settleSignOut()).toBe(true)
    expect([isSignedIn, owesSignOut()]).toEqual([false, false])
  })
  it('is told once', async () => {
    oweSignOut()
    await Promise.all([settleSignOut(), settleSignOut()])
    await settleSignOut()
    expect(asked).toEqual(['GET', 'DELETE'])
  })
  it('asks nothing when nothing is owed, nor of a session that is over', async () => {
    expect(await settleSignOut()).toBe(true)
    expect(asked).toEqual([])
    isSignedIn = false
    await endSession()
    expect(asked).toEqual(['GET'])
  })
})
