/** The staff's pages. Each names the permission it needs; whoever lacks it is led to what they may see. */

import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw, type Router } from 'vue-router'

import { loadSession, useSession, type Account } from '@/shared/api/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** For strangers too. */
    open?: boolean
    /** For strangers and for whoever is signed in, with a second factor or without. */
    anyone?: boolean
    /** Of the server's matrix; the server checks it again at each request. */
    permission?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign_in', meta: { open: true }, component: () => import('./pages/SignInPage.vue') },
  { path: '/welcome', name: 'welcome', meta: { open: true }, component: () => import('./pages/WelcomePage.vue') },
  { path: '/apply', name: 'apply', meta: { anyone: true }, component: () => import('./pages/ApplyPage.vue') },
  { path: '/enrol', name: 'enrol', component: () => import('./pages/EnrolPage.vue') },
  { path: '/workbench/:visit?', name: 'workbench', meta: { permission: 'dispatch.be_on_duty' }, component: () => import('./pages/WorkbenchPage.vue') },
  { path: '/start', name: 'start', meta: { permission: 'people.set_up_hospital' }, component: () => import('./pages/StartPage.vue') },
  { path: '/import', name: 'import', meta: { permission: 'people.import_sheet' }, component: () => import('@/features/sheets/SheetsPage.vue') },
  { path: '/people', name: 'staff_people', meta: { permission: 'staffing.read_accounts' }, component: () => import('@/features/staffing/StaffPeople.vue') },
  { path: '/consent-texts', name: 'consents', meta: { permission: 'people.publish_consent' }, component: () => import('@/features/consents/ConsentTexts.vue') },
  { path: '/message-texts', name: 'wording', meta: { permission: 'notices.edit_texts' }, component: () => import('@/features/wording/MessageTexts.vue') },
  { path: '/security', name: 'security', component: () => import('@/features/security/Security.vue') },
  { path: '/phrases', name: 'phrases', meta: { permission: 'consultation.write_phrases' }, component: () => import('@/features/phrases/PhrasesPage.vue') },
  { path: '/assisting/:visit?', name: 'assisting', meta: { permission: 'consultation.assist' }, component: () => import('@/features/colleagues/AssistPage.vue') },
  { path: '/review/:prescription?', name: 'review', meta: { permission: 'prescribing.review_prescription' }, component: () => import('@/features/review/ReviewPage.vue') },
  { path: '/samples', name: 'samples', meta: { permission: 'prescribing.judge_sample' }, component: () => import('@/features/sampling/SamplesPage.vue') },
  { path: '/samples/:sample/:sampled?', name: 'sample', meta: { permission: 'prescribing.judge_sample' }, component: () => import('./pages/SamplePage.vue') },
  { path: '/my-reviews', name: 'my_reviews', meta: { permission: 'prescribing.read_own_findings' }, component: () => import('@/features/sampling/OwnFindings.vue') },
  { path: '/calls', name: 'calls', meta: { permission: 'consultation.observe_call' }, component: () => import('@/features/callroom/OpenCalls.vue') },
  { path: '/calls/:call', name: 'call', meta: { permission: 'consultation.sit_in_call' }, component: () => import('@/features/callroom/CallPage.vue') },
  { path: '/board', name: 'board', meta: { permission: 'dispatch.read_board' }, component: () => import('@/features/board/Board.vue') },
  { path: '/sites', name: 'sites_board', meta: { permission: 'sites.read_board' }, component: () => import('@/features/sites/SitesBoard.vue') },
  { path: '/sites/manage', name: 'sites_admin', meta: { permission: 'sites.manage' }, component: () => import('@/features/sites/SitesAdmin.vue') },
  { path: '/sites/manage/:site', name: 'site', props: true, meta: { permission: 'sites.manage' }, component: () => import('@/features/sites/SitePage.vue') },
  { path: '/monitor', name: 'monitor', meta: { permission: 'dispatch.read_abnormal' }, component: () => import('@/features/board/Monitor.vue') },
  { path: '/replays', name: 'replays', meta: { permission: 'dispatch.replay_day' }, component: () => import('@/features/replays/ReplaysPage.vue') },
  { path: '/replays/:replay', name: 'replay', props: true, meta: { permission: 'dispatch.replay_day' }, component: () => import('@/features/replays/ReplayPage.vue') },
  { path: '/credentials/licences', name: 'licences', meta: { permission: 'people.read_credentials' }, component: () => import('@/features/credentials/Licences.vue') },
  { path: '/credentials/:application?', name: 'credentials', meta: { permission: 'people.read_credentials' }, component: () => import('@/features/credentials/Credentials.vue') },
  { path: '/hand-overs', name: 'hand_overs', meta: { permission: 'dispatch.hand_over_visit' }, component: () => import('@/features/credentials/HandOvers.vue') },
  { path: '/licence', name: 'licence', meta: { permission: 'people.read_own_licences' }, component: () => import('@/features/credentials/OwnLicence.vue') },
  { path: '/red-flags', name: 'redflags', meta: { permission: 'triage.read_rules' }, component: () => import('@/features/redflags/RedFlags.vue') },
  { path: '/audit', name: 'audit', meta: { permission: 'audit.read_lines' }, component: () => import('@/features/audit/AuditPage.vue') },
  { path: '/audit/chains', name: 'audit_chains', meta: { permission: 'audit.read_chains' }, component: () => import('@/features/audit/ChainsPage.vue') },
  { path: '/packages', name: 'packages', meta: { permission: 'quality.read_package' }, component: () => import('@/features/audit/PackagesPage.vue') },
  { path: '/', name: 'home', component: () => import('./pages/NoPage.vue') },
  { path: '/:unknown(.*)*', name: 'lost', meta: { open: true }, component: () => import('./pages/Lost.vue') },
]

/** In the order of the bar on top; the first one allowed is a person's first page. */
export const PAGES = ['workbench', 'assisting', 'review', 'samples', 'calls', 'start', 'board', 'sites_board', 'monitor', 'replays', 'staff_people', 'sites_admin', 'consents', 'wording', 'import', 'phrases', 'credentials', 'licence', 'my_reviews', 'redflags', 'audit', 'audit_chains', 'packages'] as const
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
  if (to.meta.anyone || to.name === 'lost' || to.name === 'welcome') return true
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
