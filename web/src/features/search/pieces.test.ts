import { describe, expect, it } from 'vitest'

import { pieces } from './pieces'

describe('pieces of a text', () => {
  it('are the text again when put together', () => {
    const cut = pieces('昨晚头痛得厉害', [[2, 4]])
    expect(cut).toEqual([
      { text: '昨晚', hit: false },
      { text: '头痛', hit: true },
      { text: '得厉害', hit: false },
    ])
  })
  it('count a character beyond the basic plane as one', () => {
    expect(pieces('😀𠮷头痛', [[2, 4]]).find((piece) => piece.hit)?.text).toBe('头痛')
  })
  it('without marks are one', () => {
    expect(pieces('头痛', [])).toEqual([{ text: '头痛', hit: false }])
    expect(pieces('', [])).toEqual([])
  })
})
