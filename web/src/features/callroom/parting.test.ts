import { beforeEach, describe, expect, it, vi } from 'vitest'

import { mayPart, parting } from './parting'

const house = vi.hoisted(() => ({ left: 0, given: [] as string[] }))
vi.mock('@/shared/call/recording/uploader', () => ({
  recordingsWaiting: () => Promise.resolve(house.left),
  leaveRecordings: (owner: string) => Promise.resolve(void house.given.push(owner)),
}))

describe('signing out', () => {
  beforeEach(() => {
    house.left = 0
    house.given.length = 0
    parting.value = null
  })

  it('gives the device back when all of it is sent', async () => {
    expect(await mayPart('d')).toBe(true)
    expect(house.given).toEqual(['d'])
  })

  it('asks while something waits, and keeps it whatever is answered', async () => {
    for (const answer of [false, true]) {
      house.left = 3
      const leaving = mayPart('d')
      await vi.waitFor(() => expect(parting.value?.left).toBe(3))
      parting.value?.answer(answer)
      expect(await leaving).toBe(answer)
      expect([parting.value, house.given]).toEqual([null, []])
    }
  })
})
