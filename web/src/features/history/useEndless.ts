/** Asks for the next page when its button comes into sight: who cannot scroll still has the button. */

import { onScopeDispose, watch, type Ref } from 'vue'

export function useEndless(button: Ref<HTMLElement | null>, more: () => void): void {
  if (typeof IntersectionObserver === 'undefined') return
  const seen = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) more()
  })
  watch(button, (now, before) => {
    if (before) seen.unobserve(before)
    if (now) seen.observe(now)
  })
  onScopeDispose(() => seen.disconnect())
}
