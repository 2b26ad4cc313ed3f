/** Keeps `--visible-height` at what the on-screen keyboard leaves, so that a composer below stays in sight. */

import { onScopeDispose } from 'vue'

export function useVisibleHeight(): void {
  const visible = window.visualViewport
  if (!visible) return
  const fit = (): void => {
    // A pinch zoom also shrinks the visual viewport; that is no keyboard.
    if (visible.scale !== 1) return
    document.documentElement.style.setProperty('--visible-height', `${visible.height}px`)
    window.scrollTo(0, 0)
  }
  fit()
  visible.addEventListener('resize', fit)
  onScopeDispose(() => visible.removeEventListener('resize', fit))
}
