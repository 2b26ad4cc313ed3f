import { describe, expect, it } from 'vitest'

import { sizeText } from './size'

describe('a size', () => {
  it.each([
    [3, '3 B'],
    [1025, '1 KB'],
    [820 * 1024, '820 KB'],
    [1023 * 1024, '1.0 MB'],
    [3.44 * 1024 ** 2, '3.4 MB'],
    [2 * 1024 ** 3, '2.0 GB'],
  ])('of %d bytes is said as %s', (bytes, said) => expect(sizeText(bytes)).toBe(said))
})
