import { beforeEach, describe, expect, it, vi } from 'vitest'

import { mayPart, parting } from './parting'

const house = vi.hoisted(() => ({ left: 0, wiped: [] as string[] }))
vi.mock('@/shared/call/recording/uploader', () => ({
  recordingsWaiting: () => Promise.resolve(house.left),
  wipeRecordings: (owner: string) => Promise.resolve(void house.wiped.push(owner)),
}))

describe('signing out', () => {
  beforeEach(() => {
    house.left = 0
    house.wiped.length = 0
    parting.value = null
  })

  it('takes what was recorded off the device when all of it is sent', async () => {
    expect(await mayPart('d')).toBe(true)
    expect(house.wiped).toEqual(['d'])
  })

  it('asks while something waits, and keeps it whatever is answered', async () => {
    for (const answer of [false, true]) {
      house.left = 3
      const leaving = mayPart('d')
      await vi.waitFor(() => expect(parting.value?.left).toBe(3))
      parting.value?.answer(answer)
      expect(await leaving).toBe(answer)
      expect([parting.value, house.wiped]).toEqual([null, []])
    }
  })
})
