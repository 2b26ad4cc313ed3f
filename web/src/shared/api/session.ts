/** Who is signed in, and what the server lets them do. */

import { computed, ref } from 'vue'

import { http } from './http'

export interface Account {
  id: string
  display_name: string
  roles: string[]
  permissions: string[]
  locale: string
  synthetic: boolean
  second_factor: boolean
  needs_second_factor: boolean
}

interface SessionAnswer {
  signed_in: boolean
  user?: Account | null
  demo?: boolean
}

const account = ref<Account | null>(null)
const known = ref(false)
/** This hospital is a demonstration. */
export const isDemo = ref(false)
/** Nobody could be asked: this is who was here last. */
export const assumed = ref(false)

export async function loadSession(): Promise<Account | null> {
  const answer = await http.get<SessionAnswer>('/session')
  account.value = answer.signed_in ? (answer.user ?? null) : null
  isDemo.value = answer.demo ?? false
  known.value = true
  assumed.value = false
  return account.value
}

/** Whose the cookie is at the house, whoever this page takes itself to be. */
export async function askWhose(): Promise<string | null> {
  const { signed_in, user } = await http.get<SessionAnswer>('/session')
  return signed_in ? (user?.id ?? null) : null
}

/** Forgets who was here; the server has already been told, or has told us. */
export function forgetSession(): void {
  account.value = null
  known.value = true
  assumed.value = false
}

/** Without a line: whoever was here last, until the house can be asked. */
export function assumeSession(last: Account): void {
  account.value = last
  known.value = true
  assumed.value = true
}

type Leaving = (owner: string) => Promise<void>
const before = new Set<Leaving>()
const after = new Set<Leaving>()

/** Runs while the person is still signed in; a failure does not keep them here. */
export function beforeSignOut(act: Leaving): () => void {
  before.add(act)
  return () => before.delete(act)
}

/** Runs when they have left: takes away what they kept on this device. */
export function afterSignOut(act: Leaving): () => void {
  after.add(act)
  return () => after.delete(act)
}

export async function leaving(leave: () => Promise<void>): Promise<void> {
  const owner = account.value?.id ?? ''
  await Promise.allSettled([...before].map((act) => act(owner)))
  await leave()
  forgetSession()
  await Promise.allSettled([...after].map((act) => act(owner)))
}

const EXPIRED = 'xinglin.expired'

/** Whose session ended in the middle: only that person is taken back to where they were. */
export function rememberExpired(owner: string): void {
  sessionStorage.setItem(EXPIRED, owner)
}

/** True while somebody whose session ended in the middle is asked to come back. */
export const wasExpired = (): boolean => sessionStorage.getItem(EXPIRED) !== null

/** True when nobody's session had ended, or this person's. */
export function mayReturn(owner: string): boolean {
  const whose = sessionStorage.getItem(EXPIRED)
  sessionStorage.removeItem(EXPIRED)
  return whose === null || whose === owner
}

let heardExpired: () => void = () => undefined

/** What the app does when an act meets a session that has ended. */
export function onExpired(act: () => void): void {
  heardExpired = act
}

export function expired(): void {
  heardExpired()
}

export function useSession() {
  return {
    account,
    known,
    signedIn: computed(() => account.value !== null),
    can: (permission: string): boolean => account.value?.permissions.includes(permission) ?? false,
  }
}
