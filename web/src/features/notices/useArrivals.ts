/** While the app is open: a page that is looked at is read, a push that is tapped opens its page, the device stays its owner's. */

import { useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, watch } from 'vue'
import { useRouter } from 'vue-router'

import { assumed, beforeSignOut, useSession } from '@/shared/api/session'
import type { Heard } from '@/sw/heard'

import { LIST, notices, UNREAD } from './api'
import { keepDevice, turnOff } from './device'

export function useArrivals(unread: Readonly<{ value: number }>): void {
  const { account } = useSession()
  const router = useRouter()
  const queries = useQueryClient()

  /** Only while there is something unread: most pages cost no question. */
  async function arrived(): Promise<void> {
    const link = router.currentRoute.value.path
    if (!account.value || assumed.value || unread.value === 0 || document.visibilityState !== 'visible' || link.startsWith('/notices')) return
    const before = unread.value
    const found = await notices.read({ link }).catch(() => null)
    if (!found) return
    queries.setQueryData(UNREAD, found)
    if (found.unread !== before) void queries.invalidateQueries({ queryKey: LIST })
  }
  watch([() => router.currentRoute.value.path, () => unread.value], () => void arrived())
  const looked = (): void => void arrived()
  document.addEventListener('visibilitychange', looked)
  onScopeDispose(() => document.removeEventListener('visibilitychange', looked))

  function heard(event: MessageEvent<Heard | null>): void {
    if (event.data?.kind === 'notice') void queries.invalidateQueries({ queryKey: UNREAD })
    if (event.data?.kind === 'open') void router.push(event.data.link)
  }
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.addEventListener('message', heard)
    onScopeDispose(() => navigator.serviceWorker.removeEventListener('message', heard))
  }

  watch(
    () => (assumed.value ? undefined : account.value?.id),
    (id) => {
      if (id !== undefined) void keepDevice(id).catch(() => null)
    },
    { immediate: true },
  )
  onScopeDispose(beforeSignOut(() => turnOff()))
}
