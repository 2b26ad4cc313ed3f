import { beforeEach, describe, expect, it, vi } from 'vitest'

import type * as uploader from '@/shared/call/recording/uploader'

import { mayPart, parting } from './parting'

const house = vi.hoisted(() => ({ left: 0 }))
vi.mock('@/shared/call/recording/uploader', async (original) => ({
  ...(await original<typeof uploader>()),
  recordingsWaiting: () => Promise.resolve(house.left),
}))

describe('signing out', () => {
  beforeEach(() => {
    house.left = 0
    parting.value = null
  })

  it('goes on unasked when all that was recorded is sent', async () => {
    expect([await mayPart('d'), parting.value]).toEqual([true, null])
  })

  it('asks while something waits, and leaves if the person does', async () => {
    for (const answer of [false, true]) {
      house.left = 3
      const leaving = mayPart('d')
      await vi.waitFor(() => expect(parting.value?.left).toBe(3))
      parting.value?.answer(answer)
      expect([await leaving, parting.value]).toEqual([answer, null])
    }
  })
})
