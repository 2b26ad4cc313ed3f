import 'fake-indexeddb/auto'

import { QueryClient } from '@tanstack/vue-query'
import { afterEach, describe, expect, it } from 'vitest'

import { assumeSession, forgetSession, type Account } from '../api/session'
import { message } from '../live/fakes'
import { keepQueries, restore } from './queries'
import { keepAccount, lastAccount } from './session'
import { OLDEST_MS, onShelf, sweep, theShelf } from './shelf'
import { wipeDevice } from './signout'
import { keepThread, keptThread } from './threads'

const person = (id: string): Account => ({ id, display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })

/** Reads one query as an account does, and waits until it is kept. */
async function read(owner: string, key: string[], data: unknown): Promise<void> {
  const client = new QueryClient()
  const stop = keepQueries(client, owner)
  await client.query({ queryKey: key, queryFn: () => data })
  await expect.poll(() => onShelf((shelf) => shelf.count('queries', [owner, JSON.stringify(key)])), { timeout: 500 }).toBe(1).catch(() => undefined)
  stop()
}
async function found(owner: string, key: string[], now?: number): Promise<unknown> {
  const client = new QueryClient()
  await restore(client, owner, now)
  return client.getQueryData(key)
}

afterEach(async () => {
  forgetSession()
  const shelf = await theShelf()
  for (const name of ['queries', 'threads', 'forms', 'session'] as const) await shelf.clear(name)
})

describe('what was read', () => {
  it('is there without a line, for the account that read it only', async () => {
    await read('li', ['visits', 'open'], { items: [1] })
    expect(await found('li', ['visits', 'open'])).toEqual({ items: [1] })
    expect(await found('wang', ['visits', 'open'])).toBeUndefined()
  })
  it('goes after a week', async () => {
    await read('li', ['me'], { patients: [] })
    expect(await found('li', ['me'], Date.now() + OLDEST_MS + 1)).toBeUndefined()
  })
  it('is not kept where it has no business to be', async () => {
    await read('li', ['access-log', '1'], { items: [1] })
    expect(await found('li', ['access-log', '1'])).toBeUndefined()
  })
  it('goes when somebody else signs in', async () => {
    await read('li', ['me'], { patients: [1] })
    await sweep('wang')
    expect(await found('li', ['me'])).toBeUndefined()
  })
})

describe('signing out', () => {
  it('takes away what was read, said and half written, and nothing of another', async () => {
    assumeSession(person('li'))
    await read('li', ['me'], { patients: [1] })
    await keepThread('v1', [message(1)])
    await keepAccount(person('li'))
    await onShelf((shelf) => shelf.put('forms', { owner: 'li', name: 'register', value: {}, at: Date.now() }))
    await onShelf((shelf) => shelf.put('forms', { owner: 'wang', name: 'register', value: {}, at: Date.now() }))
    localStorage.setItem('xinglin.ask.li', '{}')
    await wipeDevice('li')
    expect(await found('li', ['me'])).toBeUndefined()
    expect(await keptThread('v1')).toBeNull()
    expect(await lastAccount()).toBeNull()
    expect(localStorage.getItem('xinglin.ask.li')).toBeNull()
    expect(await onShelf((shelf) => shelf.getAllKeys('forms'))).toEqual([['wang', 'register']])
  })
})

describe('a conversation', () => {
  it('is kept with its newest messages, and only the last ten of them', async () => {
    assumeSession(person('li'))
    const many = Array.from({ length: 300 }, (_, i) => message(i + 1))
    for (let n = 0; n < 12; n += 1) await keepThread(`v${n}`, many)
    const kept = await keptThread('v11')
    expect(kept?.messages).toHaveLength(200)
    expect(kept?.messages.at(-1)?.seq).toBe(300)
    expect(await onShelf((shelf) => shelf.count('threads'))).toBe(10)
  })
})
