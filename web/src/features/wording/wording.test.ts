import { describe, expect, it } from 'vitest'

import { filled, smsParts } from './api'

describe('a text of a notice', () => {
  it('is shown with samples in its places', () => {
    expect(filled('Code {code}, {minutes} min')).toBe('Code 123456, 5 min')
    expect(filled('{unknown}')).toBe('{unknown}')
  })

  it('is counted in parts as the network counts', () => {
    expect(smsParts('字'.repeat(70), 70, 67)).toBe(1)
    expect(smsParts('字'.repeat(71), 70, 67)).toBe(2)
    expect(smsParts('字'.repeat(134), 70, 67)).toBe(2)
    expect(smsParts('字'.repeat(135), 70, 67)).toBe(3)
    expect(smsParts('a'.repeat(160), 70, 67)).toBe(1)
    expect(smsParts('a'.repeat(161), 70, 67)).toBe(2)
    expect(smsParts('{code}' + '字'.repeat(65), 70, 67)).toBe(2)
  })
})
