import { describe, expect, it } from 'vitest'

import type { DepartmentOnDuty } from '@/shared/api/contract'

import { doctorsFor, offered } from './languages'

const EN = { code: 'en', name: { zh: '英语', en: 'English' } }
const BO = { code: 'bo', name: { zh: '藏语', en: 'Tibetan' } }
const GP: DepartmentOnDuty = { slug: 'gp', name: { zh: '全科', en: 'GP' }, doctors_on_duty: 5, waiting: 0, languages: [{ ...EN, doctors: 2 }] }

describe('the language that the doctor should speak', () => {
  it('is one that somebody on duty speaks', () => {
    expect(offered(GP, undefined)).toEqual([{ ...EN, doctors: 2 }])
    expect(offered(undefined, undefined)).toEqual([])
  })
  it('stays to be seen, with nobody, when the last who speaks it has left', () => {
    expect(offered(GP, EN)).toEqual([{ ...EN, doctors: 2 }])
    expect(offered(GP, BO)).toEqual([
      { ...EN, doctors: 2 },
      { ...BO, doctors: 0 },
    ])
  })
  it('says how many could take the visit', () => {
    expect(doctorsFor(GP, undefined)).toBe(5)
    expect(doctorsFor(GP, EN)).toBe(2)
    expect(doctorsFor(GP, BO)).toBe(0)
    expect(doctorsFor(undefined, EN)).toBeUndefined()
  })
})
