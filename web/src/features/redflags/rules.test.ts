import { describe, expect, it } from 'vitest'

import { exportLink, fits, isChecked, rate, share, type Rule } from './rules'

const RULE: Rule = {
  id: 'U1',
  kind: 'urgency',
  text: { zh: '发热三天', en: 'Fever for three days' },
  leads_to: 'online_soon',
  source: 'NICE NG143',
  year: 2019,
  status: 'memory',
  checked_on: null,
  terms: { zh: '高热', en: 'high fever' },
  parts: [{ zh: '体温多少', en: 'How high' }],
}

describe('the rules of triage', () => {
  it('take nothing for checked that nobody has checked', () => {
    expect(isChecked(RULE)).toBe(false)
    expect(isChecked({ ...RULE, status: 'ours' })).toBe(false)
    expect(isChecked({ ...RULE, status: 'confirmed' })).toBe(true)
    expect(isChecked({ ...RULE, status: 'ours', checked_on: '2026-11-01' })).toBe(true)
  })

  it('are searched by what they say, ask, look for, and by source and year', () => {
    for (const words of ['发热', 'HIGH FEVER', '体温', 'ng143', '2019', ' ']) expect(fits(RULE, words)).toBe(true)
    expect(fits(RULE, 'stroke')).toBe(false)
  })

  it('tell shares, and nothing where nothing was counted', () => {
    expect([share(0.8136), share(null), rate(1, 4), rate(0, 0)]).toEqual(['81.4 %', '–', '25.0 %', '–'])
  })

  it('leave empty filters out of a link', () => {
    expect(exportLink({ who: 'doctor', chosen: '', format: 'csv' })).toMatch(/\/triage\/overrides\/export\?who=doctor&format=csv$/)
  })
})
