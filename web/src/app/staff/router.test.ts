import { describe, expect, it } from 'vitest'
import { createMemoryHistory } from 'vue-router'

import type { Account } from '@/shared/api/session'

import { decide, makeRouter } from './router'

const DOCTOR: Account = {
  id: 'd',
  display_name: '李建国',
  roles: ['doctor'],
  permissions: ['dispatch.be_on_duty'],
  locale: 'zh',
  synthetic: true,
  second_factor: true,
  needs_second_factor: false,
}

const router = makeRouter(createMemoryHistory())

/** Follows the redirects, as the router would, without loading a page. */
function goTo(path: string, account: Account | null): string {
  let to = router.resolve(path)
  for (let hops = 0; hops < 5; hops += 1) {
    const next = decide(to, account)
    if (next === true) return to.fullPath
    to = router.resolve(next)
  }
  throw new Error(`${path} leads in a circle`)
}

describe('the staff pages', () => {
  it('send a stranger to the door, which remembers where they were going', () => {
    expect(goTo('/workbench/v1', null)).toBe('/sign-in?next=/workbench/v1')
    expect(goTo('/', null)).toBe('/sign-in')
  })

  it('let nobody past enrolment without a second factor', () => {
    const fresh = { ...DOCTOR, permissions: [], second_factor: false, needs_second_factor: true }
    for (const path of ['/', '/workbench', '/board', '/sign-in']) expect(goTo(path, fresh)).toBe('/enrol')
  })

  it('bring each role to its first page', () => {
    expect(goTo('/', DOCTOR)).toBe('/workbench')
    expect(goTo('/', { ...DOCTOR, roles: ['operator'], permissions: ['dispatch.read_board'] })).toBe('/board')
    expect(goTo('/', { ...DOCTOR, roles: ['pharmacist'], permissions: ['prescribing.review_prescription'] })).toBe('/review')
    expect(goTo('/review/p1', DOCTOR)).toBe('/workbench')
    expect(goTo('/sign-in', DOCTOR)).toBe('/workbench')
    expect(goTo('/enrol', DOCTOR)).toBe('/workbench')
  })

  it('lead away from a page without permission', () => {
    expect(goTo('/red-flags', DOCTOR)).toBe('/workbench')
  })

  it('leave a role without pages on a calm one', () => {
    expect(goTo('/board', { ...DOCTOR, roles: ['auditor'], permissions: [] })).toBe('/')
  })

  it('have none for who works at a site, whose device keeps the danger signs', () => {
    const assistant = { ...DOCTOR, roles: ['site_assistant'], permissions: ['sites.help', 'triage.read_red_flags'] }
    for (const path of ['/', '/red-flags', '/sites']) expect(goTo(path, assistant)).toBe('/')
  })

  it('open a one-time link to whoever holds it, signed in or not', () => {
    for (const account of [null, DOCTOR]) expect(goTo('/welcome', account)).toBe('/welcome')
  })

  it('bring the first administrator to the first steps', () => {
    const first = { ...DOCTOR, roles: ['administrator'], permissions: ['people.set_up_hospital', 'dispatch.read_board'] }
    expect(goTo('/', first)).toBe('/start')
  })

  it('say so when there is no such page, whoever asks', () => {
    expect(goTo('/nothing/here', null)).toBe('/nothing/here')
  })
})
