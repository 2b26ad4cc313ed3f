import { describe, expect, it } from 'vitest'

import { internationalPhone } from './phone'

describe('a phone number as people write it', () => {
  it.each([
    ['13800138000', '+8613800138000'],
    ['138 0013 8000', '+8613800138000'],
    ['+86 138-0013-8000', '+8613800138000'],
    ['8613800138000', '+8613800138000'],
    ['0044 20 7946 0958', '+442079460958'],
  ])('%s becomes %s', (written, expected) => expect(internationalPhone(written)).toBe(expected))

  it.each(['', '1380013800', '12800138000', 'phone', '+0123456789'])('%s is none', (written) => expect(internationalPhone(written)).toBeNull())
})
