/** The patient's pages. Whoever is not signed in is sent to the door and comes back to where they were going. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw, type Router } from 'vue-router'

import { loadSession, useSession } from '@/shared/api/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/welcome', name: 'welcome', meta: { open: true }, component: () => import('@/features/access/Welcome.vue') },
  { path: '/', name: 'home', component: () => import('./pages/Home.vue') },
  { path: '/family', name: 'family', component: () => import('@/features/people/Family.vue') },
  { path: '/family/new', name: 'register', component: () => import('@/features/people/Register.vue') },
  { path: '/family/:patient/readers', name: 'readers', props: true, component: () => import('@/features/people/Readers.vue') },
  { path: '/consent', name: 'consent', component: () => import('@/features/people/Consent.vue') },
  { path: '/ask', name: 'ask', component: () => import('./pages/AskPage.vue') },
  { path: '/ask/:intake', name: 'intake', props: true, component: () => import('./pages/IntakePage.vue') },
  { path: '/visits', name: 'visits', component: () => import('@/features/consultation/History.vue') },
  { path: '/visits/:id', name: 'visit', props: true, component: () => import('./pages/VisitPage.vue') },
  { path: '/visits/:id/summary', name: 'summary', props: true, component: () => import('@/features/consultation/Summary.vue') },
  { path: '/:unknown(.*)*', name: 'lost', meta: { open: true }, component: () => import('./pages/Lost.vue') },
]

async function guard(to: RouteLocationNormalized) {
  const { known, signedIn } = useSession()
  if (to.meta.open) return true
  // Without an answer nobody knows who this is; the page itself then shows what went wrong.
  if (!known.value) await loadSession().catch(() => null)
  if (!known.value || signedIn.value) return true
  return { name: 'welcome', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
}

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach(guard)
  return router
}
