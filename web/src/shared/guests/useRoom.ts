/** The guests of a visit; each event of the visit may have changed who is there. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { http } from '../api/http'
import { useSay } from '../i18n'
import { useEvents } from '../live/events'
import type { Room } from './types'

const LOOK_AGAIN_MS = 60_000

export function useRoom(visit: () => string) {
  const { t } = useI18n({ useScope: 'global' })
  const say = useSay()
  const queries = useQueryClient()
  const key = computed(() => ['room', visit()])
  useEvents(['GuestInvited', 'GuestJoined', 'GuestLeft', 'ConsultationEnded'], () => void queries.invalidateQueries({ queryKey: key.value }))
  const room = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => http.get<Room>(`/consultations/${visit()}/links`, signal),
    refetchInterval: LOOK_AGAIN_MS,
    meta: { keep: false },
  })
  const names = computed(() => (room.data.value?.items ?? []).flatMap((link) => link.guests.map((guest) => t('guests.by', { name: guest.name, relation: say(link.relation_text) }))))
  /** Who has come by a link, in one line; empty while nobody has. */
  const here = computed(() => (names.value.length ? t('guests.here', { names: names.value.join(t('guests.and')) }) : ''))
  return { ...room, here }
}
