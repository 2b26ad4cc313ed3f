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
}

const account = ref<Account | null>(null)
const known = ref(false)

export async function loadSession(): Promise<Account | null> {
  const answer = await http.get<SessionAnswer>('/session')
  account.value = answer.signed_in ? (answer.user ?? null) : null
  known.value = true
  return account.value
}

/** Forgets who was here; the server has already been told, or has told us. */
export function forgetSession(): void {
  account.value = null
  known.value = true
}

export function useSession() {
  return {
    account,
    known,
    signedIn: computed(() => account.value !== null),
    can: (permission: string): boolean => account.value?.permissions.includes(permission) ?? false,
  }
}
