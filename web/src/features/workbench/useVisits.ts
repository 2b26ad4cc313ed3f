/** The doctor's open visits, each with its live thread, so that unread and waiting are always true. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, effectScope, onScopeDispose, ref, shallowReactive, watch, type EffectScope } from 'vue'

import { http } from '@/shared/api/http'
import { isAssistants } from '@/shared/conversation/replies'
import { useEvents } from '@/shared/live/events'
import { useThread, type Thread } from '@/shared/live/thread'

import { deadlineOf, type Deadline } from './deadline'
import type { Page, Visit } from './types'
import { byOldestWaiting, waitingSince } from './waiting'

export interface OpenVisit {
  id: string
  visit: Visit
  thread: Thread | undefined
  since: string | null
  unread: number
  /** What runs out next. */
  deadline: Deadline | null
}

interface Held {
  scope: EffectScope
  thread: Thread
}

const EVENTS = ['ConsultationAccepted', 'ConsultationReturned', 'ConsultationEnded', 'ConsultationWithdrawn', 'RecordSigned', 'RecordAmended', 'CallRung', 'CallEnded']

function follow(id: string): Held {
  const scope = effectScope(true)
  const thread = scope.run(() => useThread(ref(id), { me: 'doctor' }))
  if (!thread) throw new Error('the scope has ended')
  return { scope, thread }
}

function asOpen(visit: Visit, thread: Thread | undefined): OpenVisit {
  const messages = (thread?.messages.value ?? []).filter((message) => !message.withdrawn && !isAssistants(message))
  const read = thread?.readUpTo.value ?? 0
  return {
    id: visit.id,
    visit,
    thread,
    // Who is spoken with does not wait for words.
    since: visit.in_call_since ? null : waitingSince(messages, visit.accepted_at),
    unread: messages.filter((message) => message.sender === 'patient' && message.seq > read).length,
    deadline: deadlineOf(visit, messages),
  }
}

export function useVisits() {
  const queries = useQueryClient()
  const held = shallowReactive(new Map<string, Held>())
  const query = useQuery({
    queryKey: ['visits', 'active'],
    queryFn: ({ signal }) => http.get<Page<Visit>>('/consultations?state=active', signal),
    refetchInterval: 30_000,
  })
  const visits = computed(() => query.data.value?.items ?? [])
  useEvents(EVENTS, () => void queries.invalidateQueries({ queryKey: ['visits'] }))

  watch(
    () => visits.value.map((visit) => visit.id),
    (ids) => {
      for (const [id, { scope }] of held) {
        if (ids.includes(id)) continue
        scope.stop()
        held.delete(id)
      }
      for (const id of ids) if (!held.has(id)) held.set(id, follow(id))
    },
    { immediate: true },
  )
  onScopeDispose(() => held.forEach(({ scope }) => scope.stop()))

  const open = computed(() => byOldestWaiting(visits.value.map((visit) => asOpen(visit, held.get(visit.id)?.thread))))
  return { query, open, unread: computed(() => open.value.reduce((sum, one) => sum + one.unread, 0)) }
}
