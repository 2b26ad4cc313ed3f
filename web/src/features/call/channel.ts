/** How somebody would like to consult, kept for the intake until the visit is open. */

import { ref, watch, type Ref } from 'vue'

import type { Wish } from '@/shared/call/types'

const keyOf = (intake: string): string => `xinglin.channel.${intake}`
const WISHES: readonly string[] = ['text', 'audio', 'video']

export function useChannel(intake: string, store: Storage = sessionStorage): Ref<Wish> {
  const kept = store.getItem(keyOf(intake)) ?? ''
  const wish = ref<Wish>(WISHES.includes(kept) ? (kept as Wish) : 'text')
  watch(wish, (now) => {
    try {
      store.setItem(keyOf(intake), now)
    } catch {
      // A full or forbidden store costs the choice at a reload, not the page.
    }
  }, { flush: 'sync' })
  return wish
}

export const dropChannel = (intake: string, store: Storage = sessionStorage): void => store.removeItem(keyOf(intake))
