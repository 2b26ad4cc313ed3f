import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RouteMeta } from 'vue-router'

import { useSession, type Account } from '@/shared/api/session'
import { oweSignOut, owesSignOut } from '@/shared/site/owed'
import { holdsPass } from '@/shared/site/pass'
import { forgetStation, stationAssumed } from '@/shared/site/station'
import type { StationOut } from '@/shared/site/types'

import { decide, guard, HELP, HOLDER } from './router'

const assistant = { roles: ['site_assistant'], permissions: [HELP], needs_second_factor: false } as unknown as Account
const doctor = { ...assistant, roles: ['doctor'], permissions: ['dispatch.be_on_duty'] }
const holder = { ...assistant, roles: [HOLDER], permissions: ['sites.hold_screen'] }
const ready = { state: 'ready', pin_set: true } as StationOut
const of = (change: Partial<StationOut>) => ({ ...ready, ...change })
const to = (name: string, meta: RouteMeta = {}) => ({ name, meta, fullPath: `/${name}` })
const here = (account: Account | null, station: StationOut | null = ready, outage = false) => ({ account, station, outage })

describe('where somebody at a site is led', () => {
  it('opens the counter to an assistant at an enrolled browser of the own site', () => {
    expect(decide(to('today'), here(assistant))).toBe(true)
    expect(decide(to('new', { offline: true }), here(assistant))).toBe(true)
    expect(decide(to('sign_in', { open: true }), here(assistant))).toEqual({ name: 'today' })
  })

  it.each([
    ['not_enrolled', 'enrol'],
    ['not_staff', 'not_here'],
    ['revoked', 'not_here'],
  ] as const)('%s: leads to %s and nowhere else', (state, name) => {
    expect(decide(to('today'), here(assistant, of({ state })))).toEqual({ name })
    expect(decide(to('walk_in'), here(assistant, of({ state })))).toEqual({ name })
    expect(decide(to(name), here(assistant, of({ state })))).toBe(true)
  })

  it('asks for a PIN first, and lets it be chosen anew', () => {
    expect(decide(to('today'), here(assistant, of({ pin_set: false })))).toEqual({ name: 'pin' })
    expect(decide(to('pin', { setup: true }), here(assistant))).toBe(true)
  })

  it('tells other staff, and staff without a second factor, that this is not their place', () => {
    expect(decide(to('today'), here(doctor))).toEqual({ name: 'not_here' })
    expect(decide(to('today'), here({ ...assistant, needs_second_factor: true }))).toEqual({ name: 'not_here' })
  })

  it('keeps whoever holds the screen on the screen', () => {
    for (const name of ['today', 'walk_in', 'new', 'sign_in', 'outage']) expect(decide(to(name), here(holder))).toEqual({ name: 'screen' })
    expect(decide(to('screen'), here(holder))).toBe(true)
    expect(decide(to('over'), here(holder))).toBe(true)
    expect(decide(to('screen'), here(assistant))).toEqual({ name: 'today' })
  })

  it('sends a stranger to the door, and leaves an outage what can be done without a line', () => {
    expect(decide(to('walk_in'), here(null))).toEqual({ name: 'sign_in', query: { next: '/walk_in' } })
    expect(decide(to('today'), here(null, ready, true))).toEqual({ name: 'outage' })
    expect(decide(to('new', { offline: true }), here(null, ready, true))).toBe(true)
  })

  it('lets nobody write down what could not be kept', () => {
    for (const account of [null, assistant])
      for (const outage of [true, false])
        if (outage || account) expect(decide(to('new', { offline: true }), { ...here(account, ready, outage), locked: true })).toEqual({ name: 'outage' })
    expect(decide(to('outage', { offline: true }), { ...here(null, ready, true), locked: true })).toBe(true)
  })

  it('keeps a patient on the screen that they held when the house was last heard', () => {
    const held = { ...here(null, null), held: true }
    for (const name of ['today', 'new', 'outage', 'sign_in']) expect(decide(to(name, { offline: true, open: true }), held)).toEqual({ name: 'screen' })
    expect(decide(to('screen'), held)).toBe(true)
  })
})

describe('the guard', () => {
  /** A house with the session of `who`; null: no line. */
  function houseOf(who: object | null | 'away', hasStation = true) {
    const asked: string[] = []
    vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
      asked.push(`${method ?? ''} ${path}`)
      if (who === 'away') return Promise.reject(new TypeError('no line'))
      const answer = (body: object, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }))
      if (path.endsWith('/auth/session')) return answer({ data: { flows: who === null || method === 'DELETE' ? [{ id: 'login' }] : [] } }, who === null || method === 'DELETE' ? 401 : 200)
      if (path.endsWith('/session')) return answer({ signed_in: who !== null, user: who })
      return hasStation ? answer({ ...ready, site: null, store: null, server_time: '' }) : Promise.reject(new TypeError('no line'))
    })
    return asked
  }
  const led = (name: string) => guard(to(name, { offline: name === 'new' }))
  beforeEach(() => {
    localStorage.clear()
    forgetStation()
    useSession().known.value = false
    useSession().account.value = null
  })
  afterEach(() => vi.unstubAllGlobals())

  it('asks nothing in the name of somebody whose leaving the house has not heard of', async () => {
    localStorage.setItem('xinglin.site.station', JSON.stringify(ready))
    oweSignOut()
    const asked = houseOf('away')
    expect(await led('today')).toEqual({ name: 'outage' })
    expect(asked.every((one) => one.endsWith('/auth/session'))).toBe(true)
  })

  it('tells the house of them first when it can', async () => {
    oweSignOut()
    const asked = houseOf(assistant)
    await led('today')
    expect(asked.findIndex((one) => one.startsWith('DELETE'))).toBeLessThan(asked.findIndex((one) => one.endsWith('/api/v1/session')))
    expect(owesSignOut()).toBe(false)
  })

  it('keeps the patient’s screen over a page loaded anew without a line', async () => {
    houseOf(holder)
    expect(await led('today')).toEqual({ name: 'screen' })
    useSession().known.value = false
    useSession().account.value = null
    localStorage.setItem('xinglin.site.station', JSON.stringify(ready))
    houseOf('away')
    expect(await led('new')).toEqual({ name: 'screen' })
    houseOf(null)
    expect(await led('today')).toMatchObject({ name: 'sign_in' })
    expect(holdsPass()).toBe(false)
  })

  it('asks for the station again while it goes by what it heard last', async () => {
    localStorage.setItem('xinglin.site.station', JSON.stringify(ready))
    houseOf(assistant, false)
    await led('today')
    expect(stationAssumed.value).toBe(true)
    houseOf(assistant)
    await led('today')
    expect(stationAssumed.value).toBe(false)
  })
})
