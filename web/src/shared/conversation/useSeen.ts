/** Which messages a person has in front of them: on the screen, in a page that is visible and has the focus. */

import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'

import type { Thread } from '../live/thread'

/** Of a message that is taller than the screen, so much of the screen. */
const ENOUGH = 0.5

const isBefore = ({ intersectionRatio, intersectionRect, rootBounds }: IntersectionObserverEntry): boolean =>
  intersectionRatio >= ENOUGH || intersectionRect.height >= (rootBounds?.height ?? Infinity) * ENOUGH

/** Counts only what carries `data-seq` below the list; scrolling parts and panes that are hidden are the browser's affair. */
export function useSeen(list: Readonly<Ref<HTMLElement | null>>, thread: Thread, drawn: Readonly<Ref<unknown>> = thread.messages): void {
  const inSight = new Set<number>()
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const seq = Number((entry.target as HTMLElement).dataset['seq'])
        if (entry.isIntersecting && isBefore(entry)) inSight.add(seq)
        else inSight.delete(seq)
      }
      tell()
    },
    { threshold: [0, 0.25, ENOUGH, 1] },
  )

  function tell(): void {
    if (document.visibilityState !== 'visible' || !document.hasFocus() || inSight.size === 0) return
    thread.sawUpTo(Math.max(...inSight))
  }
  function observe(): void {
    for (const found of list.value?.querySelectorAll('[data-seq]') ?? []) observer.observe(found)
    tell()
  }

  watch([list, drawn, thread.loading], observe, { flush: 'post', immediate: true })
  onMounted(() => {
    addEventListener('focus', tell)
    document.addEventListener('visibilitychange', tell)
  })
  onBeforeUnmount(() => {
    observer.disconnect()
    removeEventListener('focus', tell)
    document.removeEventListener('visibilitychange', tell)
  })
}
