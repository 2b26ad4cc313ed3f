/** Which chats stand as tabs above the conversation. A closed one comes back with its next message; its draft never went. */

import { computed, ref, watch, type Ref } from 'vue'

import { useSession } from '@/shared/api/session'

import type { OpenVisit } from './useVisits'

const MOST_KEPT = 50
const keyFor = (owner: string): string => `xinglin.closed-tabs.${owner}`

/** Visit -> how many messages it had when its tab was closed. */
type Closed = Record<string, number>

function read(owner: string): Closed {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyFor(owner)) ?? '{}')
    return typeof found === 'object' && found !== null ? (found as Closed) : {}
  } catch {
    return {}
  }
}

function keep(owner: string, closed: Closed): void {
  try {
    localStorage.setItem(keyFor(owner), JSON.stringify(Object.fromEntries(Object.entries(closed).slice(-MOST_KEPT))))
  } catch {
    // Without a store the tabs are all there after a reload.
  }
}

const newest = (one: OpenVisit): number => Math.max(one.visit.last_seq, one.thread?.messages.value.at(-1)?.seq ?? 0)

/** `isHeld`: the order stands still while somebody aims at it. */
export function useTabs(open: Ref<readonly OpenVisit[]>, chosen: Ref<string | null>, isHeld: Ref<boolean>) {
  const owner = useSession().account.value?.id ?? ''
  const closed = ref<Closed>(read(owner))
  const shown = computed(() => open.value.filter((one) => one.id === chosen.value || !(one.id in closed.value) || newest(one) > (closed.value[one.id] ?? 0)))
  let order: string[] = []
  const tabs = computed(() => {
    const ids = shown.value.map((one) => one.id)
    if (isHeld.value) ids.sort((left, right) => place(left) - place(right))
    order = ids
    return ids.flatMap((id) => shown.value.find((one) => one.id === id) ?? [])
  })
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length)
  // Chosen again from the list, it is a tab again.
  watch(chosen, (id) => {
    if (id !== null && id in closed.value) reopen(id)
  })

  function reopen(id: string): void {
    closed.value = Object.fromEntries(Object.entries(closed.value).filter(([had]) => had !== id))
    keep(owner, closed.value)
  }
  /** Answers which one stands in its place. */
  function close(id: string): string | null {
    const at = tabs.value.findIndex((one) => one.id === id)
    const found = tabs.value[at]
    if (!found) return chosen.value
    const next = tabs.value[at + 1] ?? tabs.value[at - 1]
    closed.value = { ...closed.value, [id]: newest(found) }
    keep(owner, closed.value)
    return chosen.value === id ? (next?.id ?? null) : chosen.value
  }
  return { tabs, close }
}

/** The next one after the chosen that `wants`, around the end; undefined when there is none. */
export function nextOf<T extends { id: string }>(all: readonly T[], chosen: string | null, wants: (one: T) => boolean): T | undefined {
  const at = all.findIndex((one) => one.id === chosen)
  return [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))].find(wants)
}
