/** What the signed-in account keeps on this device, from the moment it is known to the moment it leaves. */

import type { QueryClient } from '@tanstack/vue-query'
import { onScopeDispose, watch } from 'vue'

import { afterSignOut, assumed, useSession } from '@/shared/api/session'
import { keepQueries, restore } from '@/shared/offline/queries'
import { keepAccount } from '@/shared/offline/session'
import { wipeDevice } from '@/shared/offline/signout'

export function useDevice(queries: QueryClient): void {
  const { account } = useSession()
  let stop: (() => void) | null = null

  watch(
    () => account.value?.id,
    (id) => {
      stop?.()
      stop = null
      if (id === undefined) return
      void restore(queries, id)
      stop = keepQueries(queries, id)
    },
    { immediate: true },
  )
  watch(
    account,
    (who) => {
      if (who && !assumed.value) void keepAccount(who)
    },
    { immediate: true },
  )
  onScopeDispose(afterSignOut(wipeDevice))
  onScopeDispose(() => stop?.())
}
