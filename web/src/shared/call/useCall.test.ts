import { expect, it } from 'vitest'

import { verdictFor } from './probe'
import { clockFace, elapsedMs } from './useCall'

it('the service clock runs while the line is up, and stands still while it is down', () => {
  const at = Date.parse('2026-11-29T08:00:30Z')
  expect(elapsedMs({ clock_ms: 60_000, clock_running_since: '2026-11-29T08:00:00Z' }, at)).toBe(90_000)
  expect(elapsedMs({ clock_ms: 60_000, clock_running_since: null }, at)).toBe(60_000)
  expect(elapsedMs({ clock_ms: 60_000, clock_running_since: '2026-11-29T08:01:00Z' }, at)).toBe(60_000)
})
it('shows hours only when there are any', () => {
  expect([0, 59_999, 247_000, 3_847_000].map(clockFace)).toEqual(['00:00', '00:59', '04:07', '1:04:07'])
})
it('a network is judged by what a call needs of it', () => {
  expect(verdictFor({ rtt: 80, kbps: 2_000 })).toBe('good')
  expect(verdictFor({ rtt: 80, kbps: 300 })).toBe('fair')
  expect(verdictFor({ rtt: 80, kbps: null })).toBe('good')
  expect(verdictFor({ rtt: 500, kbps: null })).toBe('fair')
  expect(verdictFor({ rtt: 80, kbps: 60 })).toBe('poor')
  expect(verdictFor({ rtt: 1_500, kbps: 900 })).toBe('poor')
  expect(verdictFor({ rtt: null, kbps: null })).toBe('down')
})
