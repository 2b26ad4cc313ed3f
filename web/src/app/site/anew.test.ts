import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { assumeSession, assumed, useSession, type Account } from '@/shared/api/session'
import { oweSignOut, owesSignOut } from '@/shared/site/owed'
import { forgetStation, loadStation, station, stationAssumed } from '@/shared/site/station'
import type { StationOut } from '@/shared/site/types'

import { askAnew, isToBeAsked } from './anew'
import { guard, HELP } from './router'

const assistant = { id: 'a', roles: ['site_assistant'], permissions: [HELP], needs_second_factor: false } as unknown as Account
const before = { state: 'ready', pin_set: true, consents: [{ kind: 'old' }] } as unknown as StationOut
const now = { ...before, consents: [{ kind: 'new' }], site: null, store: null, server_time: '' }
let signedIn: Account | null
let hasStation: boolean
let router: Router

/** A page that began without a line, by what the house said last. */
beforeEach(async () => {
  ;[signedIn, hasStation] = [assistant, true]
  localStorage.setItem('xinglin.site.station', JSON.stringify(before))
  forgetStation()
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')))
  await loadStation()
  assumeSession(assistant)
  const page = { template: '' }
  router = createRouter({
    history: createMemoryHistory(),
    routes: ['today', 'sign_in', 'outage', 'new'].map((name) => ({ path: `/${name}`, name, component: page, meta: { open: name === 'sign_in', offline: name === 'outage' || name === 'new' } })),
  })
  await router.push('/outage')
  router.beforeEach(guard)
  const answer = (body: object, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }))
  vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
    if (method === 'DELETE') signedIn = null
    if (path.endsWith('/auth/session')) return answer({ data: { flows: signedIn ? [] : [{ id: 'login' }] } }, signedIn ? 200 : 401)
    if (path.endsWith('/session')) return answer({ signed_in: signedIn !== null, user: signedIn })
    return hasStation ? answer(now) : Promise.reject(new TypeError('no line'))
  })
})
afterEach(() => {
  localStorage.clear()
  vi.unstubAllGlobals()
})

describe('after an outage', () => {
  it('the page goes on by what the house says now', async () => {
    expect(isToBeAsked()).toBe(true)
    await askAnew(router, () => false)
    expect(station.value?.consents).toEqual(now.consents)
    expect([stationAssumed.value, assumed.value, isToBeAsked()]).toEqual([false, false, false])
    expect(router.currentRoute.value.name).toBe('outage')
  })
  it('the old station stays until there is a new one', async () => {
    hasStation = false
    await askAnew(router, () => false)
    expect(station.value?.consents).toEqual(before.consents)
    expect(isToBeAsked()).toBe(true)
    hasStation = true
    await askAnew(router, () => false)
    expect(station.value?.consents).toEqual(now.consents)
  })
  it('leads to the door when nobody is signed in, but not out of a registration', async () => {
    signedIn = null
    await router.push('/new').catch(() => undefined)
    await askAnew(router, () => true)
    expect(station.value).not.toBeNull()
    expect(router.currentRoute.value.name).not.toBe('sign_in')
    useSession().known.value = false
    await askAnew(router, () => false)
    expect(router.currentRoute.value.name).toBe('sign_in')
  })
  it('tells the house first of who has left', async () => {
    useSession().account.value = null
    assumed.value = false
    oweSignOut()
    await askAnew(router, () => false)
    expect([signedIn, owesSignOut()]).toEqual([null, false])
    expect(router.currentRoute.value.name).toBe('sign_in')
  })
})
