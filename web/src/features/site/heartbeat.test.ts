import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { http } from '@/shared/api/http'

import { useHeartbeat } from './heartbeat'

let scope: EffectScope
let told: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  vi.useFakeTimers()
  told = vi.spyOn(http, 'post').mockResolvedValue({ next_s: 60 })
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('says nothing before this browser is a device of a site, and soon after it has become one', async () => {
  scope.run(useHeartbeat)
  await vi.advanceTimersByTimeAsync(65_000)
  expect(told).not.toHaveBeenCalled()
  localStorage.setItem('xinglin.site.station', JSON.stringify({ state: 'ready' }))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveBeenCalledTimes(2)
})
