/** How much is unread, for the tab; heard anew by the feed and by the worker of pushes. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'

import { assumed, useSession } from '@/shared/api/session'
import { useEvents } from '@/shared/live/events'

import { LIST, notices, UNREAD } from './api'

export function useUnread(): Readonly<Ref<number>> {
  const { can } = useSession()
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: UNREAD,
    queryFn: () => notices.unread(),
    enabled: computed(() => can('notices.read_own') && !assumed.value),
  })
  useEvents(['NoticePosted'], () => {
    void queries.invalidateQueries({ queryKey: UNREAD })
    void queries.invalidateQueries({ queryKey: LIST })
  })
  return computed(() => data.value?.unread ?? 0)
}
