import { expect, it } from 'vitest'

import { gapsOf, lost } from './gaps'

it('tells gaps with their length, and their sum, and leaves out a blink', () => {
  const gaps = gapsOf({
    gaps: [
      { since: '2026-11-20T08:00:00Z', until: '2026-11-20T08:00:30Z' },
      { since: '2026-11-20T08:01:00.000Z', until: '2026-11-20T08:01:02.400Z' },
      { since: '2026-11-20T08:02:00Z', until: '2026-11-20T08:02:12Z' },
    ],
  })
  expect(gaps.map((gap) => gap.seconds)).toEqual([30, 12])
  expect(lost(gaps)).toBe(42)
})
