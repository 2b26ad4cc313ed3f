import { describe, expect, it } from 'vitest'

import { neighbour } from './keys'

describe('moving between visits', () => {
  it('begins at the first, steps to the next and stays at the ends', () => {
    const ids = ['a', 'b', 'c']
    expect(neighbour(ids, null, 1)).toBe('a')
    expect(neighbour(ids, 'a', 1)).toBe('b')
    expect(neighbour(ids, 'c', 1)).toBe('c')
    expect(neighbour(ids, 'a', -1)).toBe('a')
  })

  it('begins anew when the chosen visit is gone, and has nowhere to go in an empty list', () => {
    expect(neighbour(['a', 'b'], 'gone', 1)).toBe('a')
    expect(neighbour([], null, 1)).toBeUndefined()
  })
})
