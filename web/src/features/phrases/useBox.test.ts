import { describe, expect, it } from 'vitest'

import { placed } from './useBox'

const PAGE = { width: 1440, height: 900 }

describe('the box', () => {
  it('stands above where there is room, as wide as what it belongs to', () => {
    expect(placed({ top: 700, bottom: 760, left: 320, width: 600 }, PAGE, 280)).toMatchObject({ bottom: '206px', left: '320px', width: '600px', maxHeight: '360px' })
  })

  it('stands below a button on top, and stays on the page', () => {
    expect(placed({ top: 60, bottom: 90, left: 1400, width: 40 }, PAGE, 340)).toMatchObject({ top: '96px', left: '1094px', width: '340px' })
  })

  it('is no wider than a phone', () => {
    expect(placed({ top: 500, bottom: 560, left: 12, width: 366 }, { width: 390, height: 600 }, 280).width).toBe('366px')
    expect(placed({ top: 50, bottom: 90, left: 300, width: 60 }, { width: 320, height: 600 }, 340)).toMatchObject({ left: '6px', width: '308px' })
  })
})
