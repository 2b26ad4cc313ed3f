import { describe, expect, it } from 'vitest'

import type { Access } from '@/shared/api/contract'

import { grouped } from './readers'

function access(at: string, name: string, action: string): Access {
  return {
    at,
    who: { name: { zh: name, en: name }, role: { zh: '医生', en: 'Doctor' }, hospital: null },
    own: false,
    action: { code: action, zh: action, en: action },
    purpose: { zh: '诊疗', en: 'Care' },
    thing: 'consultation',
  }
}

describe('who read my record', () => {
  it('says the same act of the same doctor within the hour once, with its number', () => {
    const lines = [access('2026-11-24T10:50:00Z', '崔', '查看'), access('2026-11-24T10:40:00Z', '崔', '签署'), access('2026-11-24T10:10:00Z', '崔', '查看')]
    expect(grouped(lines).map((one) => [one.line.at, one.times])).toEqual([
      ['2026-11-24T10:50:00Z', 2],
      ['2026-11-24T10:40:00Z', 1],
    ])
  })

  it('keeps doctors and hours apart', () => {
    const lines = [access('2026-11-24T12:00:00Z', '崔', '查看'), access('2026-11-24T11:59:00Z', '姜', '查看'), access('2026-11-24T10:30:00Z', '崔', '查看')]
    expect(grouped(lines).map((one) => one.times)).toEqual([1, 1, 1])
  })
})
