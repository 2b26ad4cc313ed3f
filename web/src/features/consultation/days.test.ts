import { expect, it } from 'vitest'

import { dayBegins } from './days'

const at = (seq: number, day: number, hour: number) => ({ seq, at: new Date(2026, 10, day, hour).toISOString() })

it('a new day is told of before its first message, the first day is not', () => {
  expect(dayBegins([at(1, 20, 9), at(2, 20, 23), at(3, 21, 0), at(4, 21, 8), at(5, 24, 8)])).toEqual(new Set([3, 5]))
})
it('a conversation without words has no days', () => expect(dayBegins([]).size).toBe(0))
