/** Who looks at the stage: the engine tells of the others only. */
import { computed, type ComputedRef } from 'vue'

import type { Me } from '@/shared/call/ui/tiles'
import { useSession } from '@/shared/api/session'

import { desk } from './theDesk'

export function useMe(): ComputedRef<Me | null> {
  const { account } = useSession()
  return computed(() => {
    const room = desk.room.value
    if (!room) return null
    const { seat, role } = room.ticket
    const name = account.value?.display_name ?? ''
    return { seat, role, name: { zh: name, en: name }, sends: role !== 'observer' }
  })
}
