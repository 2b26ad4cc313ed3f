import { expect, it } from 'vitest'

import { dayBegins, houseDay } from './houseDay'

it('a day of the house comes back from the server as the day that was chosen', () => {
  expect(new Date(dayBegins('2027-01-01')).toISOString()).toBe('2026-12-31T16:00:00.000Z')
  expect(houseDay('2026-12-31T16:00:00Z')).toBe('2027-01-01')
  expect(houseDay(Date.parse('2026-12-31T15:59:59Z'))).toBe('2026-12-31')
})
