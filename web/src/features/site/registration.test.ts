import { describe, expect, it } from 'vitest'

import type { IdentityOut } from '@/shared/site/types'

import { stepOf, useRegistration } from './registration'

const GROWN = '11010519491231002X'
const OTHER = '110105199003070113'
/** Ten years old for the next eight. */
const CHILD = childOf(new Date().getFullYear() - 8)

function childOf(year: number): string {
  const body = `110105${String(year)}0101001`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return body + ('10X98765432'[sum % 11] ?? '')
}
const RELATIVE = { id_number_masked: '**************0021', name: '王小宝', relation: 'child', age: 6 }
const CONSENTS = [{ kind: 'service', version: '1' }]

describe('a registration', () => {
  it('is filled by a card, and says that a reader read it', () => {
    const { draft, take, form } = useRegistration('zh')
    expect(take({ name: '王秀兰', id_number: GROWN })).toBe('patient')
    draft.complaint = ' 咳嗽三天 '
    expect(form(CONSENTS)).toEqual({ name: '王秀兰', id_number: GROWN, locale: 'zh', card_by: 'reader', complaint: '咳嗽三天', consents: CONSENTS })
  })

  it('of a child takes the next card, of a grown person, for the guardian', () => {
    const { draft, take, form, needsGuardian } = useRegistration('zh')
    take({ name: '王小宝', id_number: CHILD })
    expect(needsGuardian.value).toBe(true)
    expect(take({ name: '王秀兰', id_number: GROWN })).toBe('guardian')
    expect(draft.name).toBe('王小宝')
    expect(form([])).toMatchObject({ guardian: { name: '王秀兰', id_number: GROWN } })
  })

  it('begins anew with another card: nothing of the first person stays', () => {
    const { draft, take, form } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    Object.assign(draft, { agreed: ['service'], relative: RELATIVE, relative_sees: true })
    take({ name: '', id_number: OTHER })
    expect(draft).toMatchObject({ name: '', id_number: OTHER, agreed: [], relative: null, relative_sees: false })
    expect(form([])).not.toHaveProperty('family_of')
  })

  it('asks before another card takes the place of somebody whose complaint is written down, and then keeps nothing', () => {
    const { draft, take, begin, settle, form } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    expect(settle()).toBe(true)
    const first = draft.id
    Object.assign(draft, { complaint: '咳嗽三天', pictures: [{ id: 'p', file: new File([], 'p'), preview: 'blob:p' }], taken: [{ id: 'r', kind: 'spo2' }] })
    draft.entries.heart_rate.texts['value'] = '96'
    const card = { name: '李四', id_number: OTHER }
    expect(take(card)).toBe('another')
    expect(draft).toMatchObject({ name: '王秀兰', id_number: GROWN, complaint: '咳嗽三天' })
    expect(take({ name: '王秀兰', id_number: GROWN })).toBe('patient')
    begin(card)
    expect(draft).toMatchObject({ name: '李四', id_number: OTHER, card_by: 'reader', complaint: '', pictures: [], taken: [] })
    expect(draft.entries.heart_rate.texts).toEqual({ value: '' })
    expect(draft.id).not.toBe(first)
    expect(form([]).complaint).toBe('')
  })

  it('of a number typed over another goes on only with an id of its own, and with what this person has agreed to', () => {
    const { draft, take, settle, beginTyped } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    settle()
    const first = draft.id
    draft.complaint = '咳嗽三天'
    Object.assign(draft, { id_number: OTHER, name: '李四', agreed: ['service'] })
    draft.agreed = ['service']
    expect(settle()).toBe(false)
    beginTyped()
    expect(draft).toMatchObject({ name: '李四', id_number: OTHER, complaint: '', agreed: ['service'] })
    expect(draft.id).not.toBe(first)
    expect(settle()).toBe(true)
  })

  it('asks anew for every yes when another number is typed, or another of the family is meant', () => {
    const { draft, take } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    Object.assign(draft, { agreed: ['service'] })
    draft.relative = RELATIVE
    expect(draft).toMatchObject({ agreed: [], relative: RELATIVE })
    Object.assign(draft, { agreed: ['service'], relative_sees: true })
    draft.id_number = GROWN.slice(0, 6) + ' ' + GROWN.slice(6)
    expect(draft.agreed).toEqual(['service'])
    draft.id_number = GROWN.slice(0, 17)
    expect(draft).toMatchObject({ agreed: [], relative: null, relative_sees: false })
  })

  it('of a child asks another guardian anew', () => {
    const { draft, take } = useRegistration('zh')
    take({ name: '王小宝', id_number: CHILD })
    draft.agreed = ['service']
    take({ name: '王秀兰', id_number: GROWN })
    expect(draft.agreed).toEqual(['service'])
    take({ name: '李四', id_number: OTHER })
    expect(draft).toMatchObject({ agreed: [], guardian: { id_number: OTHER } })
  })

  it('of a regular\'s child names the regular, and needs no second card', () => {
    const { draft, take, form, needsGuardian } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    draft.relative = RELATIVE
    expect(needsGuardian.value).toBe(false)
    const told = form([])
    expect(told).toMatchObject({ name: '王小宝', id_number: RELATIVE.id_number_masked, family_of: GROWN })
    expect(told).not.toHaveProperty('relative_sees')
  })

  it('in a relative\'s account asks the grown patient whether that is right', () => {
    const { draft, known, take, form, needsRelativeSees } = useRegistration('zh')
    take({ name: '王秀兰', id_number: GROWN })
    known.value = { known: true, account: 'relative' } as IdentityOut
    expect(needsRelativeSees.value).toBe(true)
    draft.relative_sees = true
    expect(form([])).toMatchObject({ relative_sees: true })
  })

  it('leads back to the screen that mends what was refused', () => {
    const text = { zh: '', en: '' }
    expect(stepOf({ code: 'invalid', errors: [{ field: 'complaint', text }] })).toBe('complaint')
    expect(stepOf({ code: 'name_differs', errors: [{ field: 'name', text }] })).toBe('card')
  })
})
