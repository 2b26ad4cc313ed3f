import { describe, expect, it } from 'vitest'

import { useAct } from './act'
import { offline } from './problem'

describe('an act', () => {
  it('keeps its key while it fails, so that a second try is the same act', async () => {
    const keys: string[] = []
    let isDown = true
    const { run, problem } = useAct((_: string, key) => {
      keys.push(key)
      return isDown ? Promise.reject(offline()) : Promise.resolve('done')
    })
    expect(await run('hello')).toBeUndefined()
    expect(problem.value?.code).toBe('offline')
    isDown = false
    expect(await run('hello')).toBe('done')
    expect(problem.value).toBeNull()
    expect(keys[0]).toBe(keys[1])
  })

  it('is another act when something else is meant, or when the first has succeeded', async () => {
    const keys: string[] = []
    const { run } = useAct((_: string, key) => {
      keys.push(key)
      return keys.length === 1 ? Promise.reject(offline()) : Promise.resolve(true)
    })
    await run('hello')
    await run('good bye')
    await run('good bye')
    expect(new Set(keys).size).toBe(3)
  })

  it('is done once when somebody taps twice', async () => {
    let count = 0
    const { run, busy } = useAct<string, number>(async () => {
      count += 1
      await Promise.resolve()
      return count
    })
    const first = run('hello')
    expect(busy.value).toBe(true)
    expect(await run('hello')).toBeUndefined()
    expect(await first).toBe(1)
    expect(busy.value).toBe(false)
  })
})
