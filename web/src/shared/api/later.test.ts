import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { useAct } from './act'
import { whenBack } from './later'
import { offline } from './problem'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('an act without a line', () => {
  it('waits, says so, and goes once with the same key', async () => {
    const keys: string[] = []
    const send = vi.fn((_input: unknown, key: string): Promise<string> => {
      keys.push(key)
      return keys.length < 3 ? Promise.reject(offline()) : Promise.resolve('done')
    })
    const { perform, waits } = whenBack<unknown, string>(send)
    const act = useAct(perform)
    const answer = act.run('words')
    await vi.advanceTimersByTimeAsync(0)
    expect(waits.value).toBe(true)
    expect(act.busy.value).toBe(true)
    dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(6_000)
    expect(await answer).toBe('done')
    expect(waits.value).toBe(false)
    expect(new Set(keys).size).toBe(1)
  })

  it('is not tried again when the server refuses', async () => {
    const send = vi.fn((): Promise<string> => Promise.reject(new Error('no')))
    const act = useAct(whenBack<unknown, string>(send).perform)
    expect(await act.run(null)).toBeUndefined()
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('ends with the page that asked', async () => {
    const send = vi.fn((): Promise<string> => Promise.reject(offline()))
    const scope = effectScope()
    const act = scope.run(() => useAct(whenBack<unknown, string>(send).perform))
    const answer = act?.run(null)
    await vi.advanceTimersByTimeAsync(0)
    scope.stop()
    expect(await answer).toBeUndefined()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(send).toHaveBeenCalledTimes(1)
  })
})
