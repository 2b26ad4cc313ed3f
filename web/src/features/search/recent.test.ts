import { describe, expect, it } from 'vitest'

import { forgetAll, recentOf, remember } from './recent'

function shelf(): Storage {
  const held = new Map<string, string>()
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
    clear: () => held.clear(),
    key: () => null,
    length: 0,
  }
}

describe('recent searches', () => {
  it('are newest first, each once, and few', () => {
    const store = shelf()
    for (const words of ['头痛', '咳嗽', '头痛', ...Array.from('abcdefghij')]) remember('a', words, store)
    expect(recentOf('a', store)).toHaveLength(8)
    expect(recentOf('a', store)[0]).toBe('j')
    remember('a', 'h', store)
    expect(recentOf('a', store).filter((words) => words === 'h')).toHaveLength(1)
  })
  it('are one account’s, and go when asked', () => {
    const store = shelf()
    remember('a', '头痛', store)
    expect(recentOf('b', store)).toEqual([])
    forgetAll('a', store)
    expect(recentOf('a', store)).toEqual([])
  })
  it('survive what somebody else left there', () => {
    const store = shelf()
    store.setItem('xinglin.searches.a', '{"x"')
    expect(recentOf('a', store)).toEqual([])
  })
})
