import { describe, expect, it } from 'vitest'
import type { RouteMeta } from 'vue-router'

import type { Account } from '@/shared/api/session'
import type { StationOut } from '@/shared/site/types'

import { decide, HELP, HOLDER } from './router'

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
})
