/** The pages of a site. While a patient holds the screen there is one page; before a browser is enrolled there is another. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw, type Router } from 'vue-router'

import { assumed, loadSession, useSession, type Account } from '@/shared/api/session'
import { loadStation, station, stationAssumed } from '@/shared/site/station'
import type { StationOut } from '@/shared/site/types'

declare module 'vue-router' {
  interface RouteMeta {
    /** For strangers too. */
    open?: boolean
    /** What an outage leaves: it reads and writes on this device. */
    offline?: boolean
    /** On the way to a counter that is ready: who is signed in, but not yet, or not, at an enrolled browser of the own site. */
    setup?: boolean
  }
}

/** On an account: what an assistant may. */
export const HELP = 'sites.help'
/** A viewer that holds the screen has this role, and no other. */
export const HOLDER = 'site_patient'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: () => import('./pages/TodayPage.vue') },
  { path: '/sign-in', name: 'sign_in', meta: { open: true }, component: () => import('./pages/SignInPage.vue') },
  { path: '/over', name: 'over', meta: { open: true }, component: () => import('./pages/OverPage.vue') },
  { path: '/enrol', name: 'enrol', meta: { setup: true }, component: () => import('./pages/EnrolPage.vue') },
  { path: '/pin', name: 'pin', meta: { setup: true }, component: () => import('./pages/PinPage.vue') },
  { path: '/not-here', name: 'not_here', meta: { setup: true }, component: () => import('./pages/NotHere.vue') },
  { path: '/new', name: 'new', meta: { offline: true }, component: () => import('./pages/NewPage.vue') },
  { path: '/walk-ins/:id', name: 'walk_in', props: true, component: () => import('./pages/WalkInPage.vue') },
  { path: '/screen', name: 'screen', component: () => import('./pages/ScreenPage.vue') },
  { path: '/outage', name: 'outage', meta: { offline: true }, component: () => import('./pages/OutagePage.vue') },
  { path: '/:unknown(.*)*', name: 'lost', redirect: '/' },
]

type Aim = Pick<RouteLocationNormalized, 'meta' | 'fullPath'> & { name?: RouteLocationNormalized['name'] | null }
interface Here {
  account: Account | null
  station: StationOut | null
  /** The house cannot be asked, and this browser was enrolled when it could. */
  outage: boolean
}

/** Where somebody stands before the counter is ready for them; null when it is. */
function before(account: Account, found: StationOut | null): 'not_here' | 'enrol' | 'pin' | null {
  if (account.needs_second_factor || !account.permissions.includes(HELP)) return 'not_here'
  if (found?.state === 'not_enrolled') return 'enrol'
  if (found?.state !== 'ready') return 'not_here'
  return found.pin_set ? null : 'pin'
}

/** Whether they may go there, else where they go instead. */
export function decide(to: Aim, here: Here): true | RouteLocationRaw {
  const { account } = here
  // What says that the screen is no longer theirs is there even while the house still knows them.
  if (account?.roles.includes(HOLDER)) return to.name === 'screen' || to.name === 'over' ? true : { name: 'screen' }
  if (here.outage) return to.meta.offline ? true : { name: 'outage' }
  if (!account) return to.meta.open ? true : { name: 'sign_in', query: to.name === 'today' || to.name === 'screen' ? {} : { next: to.fullPath } }
  const wanted = before(account, here.station)
  if (wanted) return to.name === wanted ? true : { name: wanted }
  // The PIN may be chosen anew.
  if (to.meta.open || (to.meta.setup && to.name !== 'pin') || to.name === 'screen') return { name: 'today' }
  return true
}

async function guard(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  const { account, known } = useSession()
  if (!known.value) await loadSession().catch(() => null)
  const mine = account.value
  const isHolder = mine?.roles.includes(HOLDER) ?? false
  const mayHelp = mine !== null && !mine.needs_second_factor && mine.permissions.includes(HELP)
  if (!isHolder && !station.value && (mayHelp || !known.value)) await loadStation().catch(() => null)
  return decide(to, { account: mine, station: station.value, outage: stationAssumed.value && (!known.value || assumed.value) })
}

export function makeRouter(history = createWebHistory('/site')): Router {
  const router = createRouter({ history, routes })
  router.beforeEach(guard)
  return router
}
