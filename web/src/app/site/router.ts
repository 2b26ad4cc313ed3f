/** The pages of a site. While a patient holds the screen there is one page; before a browser is enrolled there is another. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw, type Router } from 'vue-router'

import { assumed, loadSession, useSession, type Account } from '@/shared/api/session'
import { settleSignOut } from '@/shared/site/owed'
import { holdsPass, notePass } from '@/shared/site/pass'
import { loadStation, station, stationAssumed } from '@/shared/site/station'
import { useSiteStore } from '@/shared/site/store'
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
  /** The house cannot be asked, and a patient held this screen when it could. */
  held?: boolean
  /** No key is in this page's memory: nothing could be kept of what is written down. */
  locked?: boolean
}

export const mayHelp = (account: Account | null): boolean => account !== null && !account.needs_second_factor && account.permissions.includes(HELP)

/** Where somebody stands before the counter is ready for them; null when it is. */
function before(account: Account, found: StationOut | null): 'not_here' | 'enrol' | 'pin' | null {
  if (!mayHelp(account)) return 'not_here'
  if (found?.state === 'not_enrolled') return 'enrol'
  if (found?.state !== 'ready') return 'not_here'
  return found.pin_set ? null : 'pin'
}

/** Whether they may go there, else where they go instead. */
export function decide(to: Aim, here: Here): true | RouteLocationRaw {
  const { account } = here
  // What says that the screen is no longer theirs is there even while the house still knows them.
  if (here.held || account?.roles.includes(HOLDER)) return to.name === 'screen' || to.name === 'over' ? true : { name: 'screen' }
  if (to.name === 'new' && here.locked && (here.outage || account)) return { name: 'outage' }
  if (here.outage) return to.meta.offline ? true : { name: 'outage' }
  if (!account) return to.meta.open ? true : { name: 'sign_in', query: to.name === 'today' || to.name === 'screen' ? {} : { next: to.fullPath } }
  const wanted = before(account, here.station)
  if (wanted) return to.name === wanted ? true : { name: wanted }
  // The PIN may be chosen anew.
  if (to.meta.open || (to.meta.setup && to.name !== 'pin') || to.name === 'screen') return { name: 'today' }
  return true
}

export async function guard(to: Aim): Promise<true | RouteLocationRaw> {
  const { account, known } = useSession()
  const isSettled = await settleSignOut()
  if (isSettled && !known.value)
    await loadSession().then(
      (found) => notePass(found?.roles.includes(HOLDER) ?? false),
      () => undefined,
    )
  /** By the house, not by this browser's memory. */
  const isKnown = isSettled && known.value && !assumed.value
  const mine = account.value
  const held = !isKnown && mine === null && holdsPass()
  if (!held && !mine?.roles.includes(HOLDER)) {
    const isWanted = station.value ? isKnown && stationAssumed.value && mayHelp(mine) : mayHelp(mine) || !known.value || !isSettled
    if (isWanted) await loadStation().catch(() => null)
  }
  const locked = stationAssumed.value && useSiteStore().opened.value === null
  return decide(to, { account: mine, station: station.value, outage: stationAssumed.value && !isKnown, held, locked })
}

export function makeRouter(history = createWebHistory('/site')): Router {
  const router = createRouter({ history, routes })
  router.beforeEach(guard)
  return router
}
