import { describe, expect, it } from 'vitest'

import { faultOf, kindOf, MOST_BYTES, TOO_LARGE } from './faults'

const file = (name: string, type: string, size = 5): File => {
  const made = new File([new Uint8Array(Math.min(size, 5))], name, { type })
  Object.defineProperty(made, 'size', { value: size })
  return made
}

describe('a chosen file', () => {
  it('that phones take is sent', () => {
    for (const type of ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif']) expect(faultOf(file('a', type), 'picture')).toBeNull()
    expect(faultOf(file('IMG_1.HEIC', ''), 'picture')).toBeNull()
    expect(faultOf(file('化验单.pdf', 'application/pdf'), 'document')).toBeNull()
  })

  it('that is none is told so before a byte is sent', () => {
    for (const [name, type] of [['a.svg', 'image/svg+xml'], ['a.gif', 'image/gif'], ['a.exe', 'application/x-msdownload'], ['a.exe', ''], ['a.pdf', 'application/pdf']] as const)
      expect(faultOf(file(name, type), 'picture')?.en).toContain('not a photo')
    expect(faultOf(file('a.docx', 'application/msword'), 'document')?.en).toContain('Only PDF')
  })

  it('that is empty or too large is told so', () => {
    expect(faultOf(file('a.jpg', 'image/jpeg', 0), 'picture')?.en).toContain('empty')
    expect(faultOf(file('a.jpg', 'image/jpeg', MOST_BYTES.picture + 1), 'picture')).toEqual(TOO_LARGE.picture)
    expect(faultOf(file('a.pdf', 'application/pdf', MOST_BYTES.document), 'document')).toBeNull()
  })

  it('says by itself what it is', () => {
    expect([kindOf(file('a.PDF', '')), kindOf(file('a', 'application/pdf')), kindOf(file('a.jpg', 'image/jpeg'))]).toEqual(['document', 'document', 'picture'])
  })
})
