import { describe, expect, it } from 'vitest'

import { isVerified, matches, type RedFlag } from './flags'

const FLAG: RedFlag = {
  id: 'F1',
  text: { zh: '胸痛', en: 'Chest pain' },
  advice: { zh: '拨打120', en: 'Call 120' },
  source: 'Guideline A',
  year: 2020,
  status: 'memory',
  terms: { zh: ['压榨性胸痛'], en: ['crushing chest'] },
}

describe('the list of red flags', () => {
  it('takes an entry for verified only when it says so', () => {
    expect(isVerified(FLAG)).toBe(false)
    expect(isVerified({ ...FLAG, status: 'anything else' })).toBe(false)
    expect(isVerified({ ...FLAG, status: 'confirmed' })).toBe(true)
  })

  it('is searched by trigger word, source and year, whatever the case', () => {
    for (const words of ['压榨', 'CRUSHING', 'guideline a', '2020', ' ']) expect(matches(FLAG, words)).toBe(true)
    expect(matches(FLAG, 'stroke')).toBe(false)
  })
})
