/** Asks who is there for as long as the thread is on a screen that somebody can see. */

import { onBeforeUnmount, onMounted } from 'vue'

import type { Thread } from '../live/thread'

export function useLook(thread: Thread): void {
  let stop: (() => void) | null = null

  function follow(): void {
    if (document.visibilityState === 'visible') stop ??= thread.look()
    else {
      stop?.()
      stop = null
    }
  }
  onMounted(() => {
    document.addEventListener('visibilitychange', follow)
    follow()
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', follow)
    stop?.()
  })
}
