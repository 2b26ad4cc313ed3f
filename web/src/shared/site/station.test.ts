import { afterEach, expect, it, vi } from 'vitest'

import { forgetStation, isStationStale, loadStation } from './station'

afterEach(() => {
  forgetStation()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('is read again after some minutes, and with the new day of the house', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-02T15:58:00Z'), toFake: ['Date'] })
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ state: 'not_enrolled', server_time: '2026-01-02T15:58:00Z' }))))
  expect(isStationStale()).toBe(false)
  await loadStation()
  expect(isStationStale()).toBe(false)
  vi.setSystemTime(Date.parse('2026-01-02T15:59:59Z'))
  expect(isStationStale()).toBe(false)
  vi.setSystemTime(Date.parse('2026-01-02T16:00:01Z'))
  expect(isStationStale()).toBe(true)
  await loadStation()
  vi.setSystemTime(Date.parse('2026-01-02T16:05:02Z'))
  expect(isStationStale()).toBe(true)
})
