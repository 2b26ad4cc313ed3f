import { afterEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { useMedia } from './useMedia'

class Media extends EventTarget {
  matches = false
  become(matches: boolean): void {
    this.matches = matches
    this.dispatchEvent(new Event('change'))
  }
}

afterEach(() => vi.unstubAllGlobals())

it('follows the window across the border, until its scope ends', () => {
  const media = new Media()
  const asked = vi.fn(() => media)
  vi.stubGlobal('matchMedia', asked)
  const scope = effectScope()
  const fits = scope.run(() => useMedia('(min-width: 1100px)'))
  expect([asked.mock.calls, fits?.value]).toEqual([[['(min-width: 1100px)']], false])
  media.become(true)
  expect(fits?.value).toBe(true)
  scope.stop()
  media.become(false)
  expect(fits?.value).toBe(true)
})
