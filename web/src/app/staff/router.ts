/** The staff's pages. Each names the permission it needs; whoever lacks it is led to what they may see. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw, type Router } from 'vue-router'

import { loadSession, useSession, type Account } from '@/shared/api/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** For strangers too. */
    open?: boolean
    /** Of the server's matrix; the server checks it again at each request. */
    permission?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign_in', meta: { open: true }, component: () => import('./pages/SignInPage.vue') },
  { path: '/enrol', name: 'enrol', component: () => import('./pages/EnrolPage.vue') },
  { path: '/workbench/:visit?', name: 'workbench', meta: { permission: 'dispatch.be_on_duty' }, component: () => import('./pages/WorkbenchPage.vue') },
  { path: '/board', name: 'board', meta: { permission: 'dispatch.read_board' }, component: () => import('@/features/board/Board.vue') },
  { path: '/red-flags', name: 'redflags', meta: { permission: 'triage.read_red_flags' }, component: () => import('@/features/redflags/RedFlags.vue') },
  { path: '/', name: 'home', component: () => import('./pages/NoPage.vue') },
  { path: '/:unknown(.*)*', name: 'lost', meta: { open: true }, component: () => import('./pages/Lost.vue') },
]

/** In the order of the bar on top; the first one allowed is a person's first page. */
export const PAGES = ['workbench', 'board', 'redflags'] as const
export type PageName = (typeof PAGES)[number]

export function pagesOf(account: Account | null): PageName[] {
  const may = account?.permissions ?? []
  return PAGES.filter((page) => may.includes(routes.find((route) => route.name === page)?.meta?.permission ?? ''))
}

type Aim = Pick<RouteLocationNormalized, 'meta' | 'fullPath'> & { name?: RouteLocationNormalized['name'] | null }

function forMember(to: Aim, account: Account): true | RouteLocationRaw {
  if (account.needs_second_factor) return to.name === 'enrol' ? true : { name: 'enrol' }
  if (to.name === 'enrol') return { name: 'home' }
  const first = pagesOf(account)[0]
  if (to.name === 'home' && first) return { name: first }
  const needed = to.meta.permission
  return needed === undefined || account.permissions.includes(needed) ? true : { name: 'home' }
}

/** Whether this person may go there, else where they go instead. */
export function decide(to: Aim, account: Account | null): true | RouteLocationRaw {
  if (to.name === 'lost') return true
  if (account) return to.meta.open ? { name: 'home' } : forMember(to, account)
  if (to.meta.open) return true
  return { name: 'sign_in', query: to.name === 'home' ? {} : { next: to.fullPath } }
}

async function guard(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  const { account, known } = useSession()
  // Without an answer nobody knows who this is; the door then shows what went wrong.
  if (!known.value) await loadSession().catch(() => null)
  return decide(to, account.value)
}

export function makeRouter(history = createWebHistory('/staff')): Router {
  const router = createRouter({ history, routes })
  router.beforeEach(guard)
  return router
}
