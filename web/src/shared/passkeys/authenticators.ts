/** One's own second factors, by django-allauth's headless door. */
import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'

import { bodyOf, exchange } from '../api/http'
import { problemFrom } from '../api/problem'

export interface Authenticator {
  type: string
  created_at: number
  last_used_at: number | null
  unused_code_count?: number
  /** Of a passkey. */
  id?: number
  name?: string
}

async function readAuthenticators(): Promise<Authenticator[]> {
  const response = await exchange('GET', '/_allauth/browser/v1/account/authenticators')
  const body = (await bodyOf(response)) as { data?: Authenticator[] } | null
  if (!response.ok || !body?.data) throw problemFrom(response.status, body)
  return body.data
}

/** Asked for when somebody wants to know. */
export function useAuthenticators(enabled?: Ref<boolean>) {
  const query = useQuery({ queryKey: ['authenticators'], queryFn: readAuthenticators, staleTime: 0, ...(enabled ? { enabled } : {}) })
  const ofType = (type: string) => computed(() => (query.data.value ?? []).filter((one) => one.type === type))
  return { query, totp: ofType('totp'), codes: ofType('recovery_codes'), passkeys: ofType('webauthn') }
}
