import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { forgetTime, houseNow } from '../live/houseclock'
import { http } from './http'
import type { ApiProblem } from './problem'

const answer = (status: number, body: unknown = null): Response => new Response(body === null ? null : JSON.stringify(body), { status })
const key = (call: unknown[] | undefined): string | null => ((call?.[1] as RequestInit).headers as Headers).get('Idempotency-Key')

describe('the way to the server', () => {
  const fetch = vi.fn<typeof globalThis.fetch>()
  beforeEach(() => {
    vi.useFakeTimers()
    fetch.mockReset()
    vi.stubGlobal('fetch', fetch)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('tries a POST again under the same key while the door says "in a moment"', async () => {
    fetch.mockResolvedValueOnce(answer(502)).mockResolvedValueOnce(answer(503)).mockResolvedValueOnce(answer(201, { id: 'x' }))
    const done = http.post('/things', { a: 1 })
    await vi.runAllTimersAsync()
    expect(await done).toEqual({ id: 'x' })
    const keys = fetch.mock.calls.map(key)
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  it('gives up after the third time, and says so in words', async () => {
    fetch.mockImplementation(() => Promise.resolve(answer(503)))
    const failed = http.get('/things').catch((error: unknown) => error as ApiProblem)
    await vi.runAllTimersAsync()
    expect(await failed).toMatchObject({ status: 503, text: { en: expect.stringContaining('unavailable') as string } })
    expect(fetch).toHaveBeenCalledTimes(3)
  })

  it('does not repeat what was refused, and keeps the words of the server', async () => {
    const text = { zh: '没有这个。', en: 'There is no such thing.' }
    fetch.mockResolvedValue(answer(404, { code: 'not_found', text }))
    await expect(http.get('/things')).rejects.toMatchObject({ status: 404, code: 'not_found', text })
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('tells a lost line from a refusal', async () => {
    fetch.mockRejectedValue(new TypeError('failed to fetch'))
    await expect(http.get('/things')).rejects.toMatchObject({ status: 0, code: 'offline' })
  })

  it('learns the time of the house from every answer, however wrong the device is', async () => {
    const house = new Date('2026-11-28T12:00:00Z')
    const device = new Date('2026-11-29T12:00:00Z')
    vi.useFakeTimers({ now: device, toFake: ['Date'] })
    forgetTime()
    fetch.mockResolvedValue(new Response('{}', { headers: { Date: house.toUTCString() } }))
    await http.get('/session')
    expect(houseNow()).toBe(house.getTime())
    vi.useRealTimers()
    forgetTime()
  })
})
