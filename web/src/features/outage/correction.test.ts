import { describe, expect, it } from 'vitest'

import type { Trouble } from '@/shared/site/store'
import type { WalkInForm } from '@/shared/site/types'

import { asksOf, begin, corrected, lacks, saidOf } from './correction'

const GROWN = '11010519491231002X'
const text = { zh: '', en: '' }
const CONSENT = { kind: 'service', version: '2', text }
const FORM: WalkInForm = { name: '王小宝', id_number: '110105199003070118', locale: 'zh', card_by: 'reader', complaint: '咳嗽', consents: [{ kind: 'service', version: '1' }] }
const trouble = (code: string, field = ''): Trouble => ({ step: 'register', what: '', code, text, errors: field ? [{ field, text: { zh: field, en: field } }] : [], walk_in_id: null })

function corrects(form: WalkInForm, code: string, change: (given: ReturnType<typeof begin>) => void) {
  const troubles = [trouble(code)]
  const given = begin(form, troubles)
  change(given)
  const asks = asksOf(form, troubles, given, [CONSENT])
  return { asks, lacks: lacks(asks, given), form: corrected(form, asks, given) }
}

describe('a refused registration', () => {
  it('of a grown patient in a relative\'s account goes with the patient\'s yes, and not without', () => {
    expect(corrects(FORM, 'relative_sees_needed', () => undefined).lacks.relative).toBe(true)
    const found = corrects(FORM, 'relative_sees_needed', (given) => (given.relative_sees = true))
    expect(found.lacks).toEqual({ relative: false, consents: false })
    expect(found.form).toEqual({ ...FORM, relative_sees: true })
  })

  it.each(['guardian_needed', 'guardian_elsewhere'])('takes the guardian that it wants: %s', (code) => {
    const found = corrects(FORM, code, (given) => (given.guardian = { name: ' 王秀兰 ', id_number: '11010519491231 002x' }))
    expect(found.asks.guardian).toBe(true)
    expect(found.form).toEqual({ ...FORM, guardian: { name: '王秀兰', id_number: GROWN } })
  })

  it('lets a guardian\'s name be corrected that differs from the card', () => {
    const form = { ...FORM, guardian: { name: '王秀栏', id_number: GROWN } }
    expect(corrects(form, 'name_differs', (given) => (given.guardian.name = '王秀兰')).form.guardian).toEqual({ name: '王秀兰', id_number: GROWN })
    const errors = trouble('name_differs', 'guardian.name').errors
    expect(saidOf(errors, 'guardian.name')?.zh).toBe('guardian.name')
    expect(saidOf(errors, 'name')).toBeUndefined()
    expect(saidOf(trouble('invalid', 'form.name').errors, 'name')?.zh).toBe('form.name')
  })

  it('of nobody\'s family is registered by the patient\'s own card', () => {
    const form = { ...FORM, id_number: '**************0118', family_of: GROWN }
    const found = corrects(form, 'not_of_family', (given) => (given.id_number = FORM.id_number))
    expect(found.asks.family).toBe(true)
    expect(found.form).toEqual(FORM)
    const kept = corrects(form, 'not_of_family', (given) => Object.assign(given, { own_card: false, id_number: form.id_number, family_of: '110105198001010018' }))
    expect(kept.form).toEqual({ ...form, family_of: '110105198001010018' })
  })

  it('asks for the consents that are wanting, and for no others', () => {
    expect(corrects(FORM, 'name_differs', () => undefined).asks.consents).toEqual([])
    expect(corrects(FORM, 'consent_version_changed', () => undefined).lacks.consents).toBe(true)
    const found = corrects({ ...FORM, consents: [] }, 'rule_refused', (given) => (given.agreed = ['service']))
    expect(found.form.consents).toEqual([{ kind: 'service', version: '2' }])
  })
})
