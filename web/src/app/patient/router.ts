/** The patient's pages. Whoever is not signed in is sent to the door and comes back to where they were going. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw, type Router } from 'vue-router'

import { assumeSession, loadSession, useSession } from '@/shared/api/session'
import { lastAccount } from '@/shared/offline/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/welcome', name: 'welcome', meta: { open: true }, component: () => import('@/features/access/Welcome.vue') },
  { path: '/', name: 'home', meta: { tab: 'home' }, component: () => import('./pages/Home.vue') },
  { path: '/me', name: 'me', meta: { tab: 'me' }, component: () => import('./pages/Me.vue') },
  { path: '/family', name: 'family', component: () => import('@/features/people/Family.vue') },
  { path: '/family/new', name: 'register', component: () => import('@/features/people/Register.vue') },
  { path: '/family/:patient/readers', name: 'readers', props: true, component: () => import('@/features/people/Readers.vue') },
  { path: '/family/:patient/consent', name: 'proxy-ask', props: true, component: () => import('@/features/people/ProxyAsk.vue') },
  { path: '/agree', name: 'agree', meta: { open: true }, component: () => import('@/features/people/ProxyConsent.vue') },
  { path: '/account', name: 'account', component: () => import('@/features/people/Account.vue') },
  { path: '/account/consent', name: 'account-consent', component: () => import('@/features/people/ConsentWithdraw.vue') },
  { path: '/account/export', name: 'account-export', component: () => import('@/features/people/ExportData.vue') },
  { path: '/account/close', name: 'account-close', component: () => import('@/features/people/CloseAccount.vue') },
  { path: '/doctors', name: 'doctors', component: () => import('@/features/doctors/FindDoctor.vue') },
  { path: '/doctors/:id', name: 'doctor', props: true, component: () => import('@/features/doctors/DoctorPage.vue') },
  { path: '/consent', name: 'consent', component: () => import('@/features/people/Consent.vue') },
  { path: '/ask', name: 'ask', component: () => import('./pages/AskPage.vue') },
  { path: '/ask/:intake', name: 'intake', props: true, component: () => import('./pages/IntakePage.vue') },
  { path: '/proofs', name: 'proofs', component: () => import('@/features/proof/MyProofs.vue') },
  { path: '/proofs/new', name: 'proof-new', component: () => import('@/features/proof/AddProof.vue') },
  { path: '/proofs/:id', name: 'proof', props: true, component: () => import('@/features/proof/ProofPage.vue') },
  { path: '/visits', name: 'visits', meta: { tab: 'visits' }, component: () => import('@/features/consultation/History.vue') },
  { path: '/visits/:id', name: 'visit', props: true, component: () => import('./pages/VisitPage.vue') },
  { path: '/visits/:id/summary', name: 'summary', props: true, component: () => import('@/features/consultation/Summary.vue') },
  { path: '/prescriptions/:id', name: 'prescription', props: true, component: () => import('@/features/prescription/RxPage.vue') },
  { path: '/prescriptions/:id/consent', name: 'prescription-consent', props: true, component: () => import('@/features/prescription/PatientConsent.vue') },
  { path: '/notices', name: 'notices', meta: { tab: 'notices' }, component: () => import('@/features/notices/NoticeList.vue') },
  { path: '/notices/settings', name: 'notice-settings', component: () => import('@/features/notices/NoticeSettings.vue') },
  { path: '/history/:part(records|prescriptions|files)?', name: 'history', component: () => import('./pages/HistoryPage.vue') },
  { path: '/search', name: 'search', component: () => import('@/features/search/SearchPage.vue') },
  { path: '/join', name: 'join', meta: { open: true }, component: () => import('@/features/join/JoinPage.vue') },
  { path: '/join/room', name: 'guest-room', meta: { open: true }, component: () => import('./pages/GuestRoomPage.vue') },
  // A notice may lead to the staff's app, as one about an application as a doctor does.
  { path: '/staff/:rest(.*)*', name: 'staff', meta: { open: true }, component: () => import('./pages/Lost.vue'), beforeEnter: leaveForStaff },
  { path: '/:unknown(.*)*', name: 'lost', meta: { open: true }, component: () => import('./pages/Lost.vue') },
]

/** Another app of the same house: the browser loads it anew. */
function leaveForStaff(to: RouteLocationNormalized): false {
  location.assign(to.fullPath)
  return false
}

async function guard(to: RouteLocationNormalized) {
  const { known, signedIn } = useSession()
  if (to.meta.open) return true
  // Without an answer nobody knows who this is; the page itself then shows what went wrong.
  if (!known.value) await loadSession().catch(async () => {
    const last = await lastAccount()
    if (last) assumeSession(last)
  })
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
