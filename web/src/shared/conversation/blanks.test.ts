import { describe, expect, it } from 'vitest'

import { blankBefore, blanksIn, firstBlank, nextBlank } from './blanks'

const TEXT = '疼[几天]了，[哪边]？'

describe('blanks', () => {
  it.each([
    [TEXT, ['[几天]', '[哪边]']],
    ['见文献[1]、[2-3]，[ ]，[]', []],
    ['[a\nb] [[内]]', ['[内]']],
    [`[${'长'.repeat(31)}]`, []],
  ])('of %j are %j', (text, found) => expect(blanksIn(text).map((one) => one.label)).toEqual(found))

  it('are gone through from the caret on', () => {
    expect(nextBlank(TEXT, 0)?.label).toBe('[几天]')
    expect(nextBlank(TEXT, 5)?.label).toBe('[哪边]')
    expect(nextBlank(TEXT, TEXT.length)).toBeNull()
    expect(blankBefore(TEXT, TEXT.length)?.label).toBe('[哪边]')
    expect(blankBefore(TEXT, 1)).toBeNull()
    expect(firstBlank('')).toBeNull()
  })
})
