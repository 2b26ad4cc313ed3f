import { describe, expect, it } from 'vitest'

import { complete } from './draft'
import { missingFields } from './missing'

const FULL = complete({
  chief_complaint: '咳嗽三天',
  present_illness: '受凉后起病',
  past_history: '无',
  allergy: '无',
  findings: '未查体',
  diagnoses: [{ code: 'J06.9', name_zh: '急性上呼吸道感染' }],
  advice: '多饮水',
})

describe('what a record lacks before signing', () => {
  it('names each empty element in the order of the form', () => {
    expect(missingFields(complete(null))).toEqual(['chief_complaint', 'present_illness', 'past_history', 'allergy', 'findings', 'diagnoses', 'advice'])
  })

  it('does not take blanks for words', () => {
    expect(missingFields({ ...FULL, advice: ' \n ' })).toEqual(['advice'])
  })

  it('has nothing to say about a complete one', () => {
    expect(missingFields(FULL)).toEqual([])
  })
})
