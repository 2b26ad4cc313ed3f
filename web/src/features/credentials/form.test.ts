import { describe, expect, it } from 'vitest'

import type { Application, Form, Terms } from './api'
import { asked, current, evidenceKinds, PARTS } from './form'

const FORM = { registered_here: false, multi_site_filed: true, full_time: false } as Form
const field = (name: keyof Form) => PARTS.flatMap((part) => part.fields).find((one) => one.name === name) ?? { name, kind: 'text' as const }
const term = (code: string) => ({ code, text: { zh: code, en: code } })
const TERMS = { evidence: ['other', 'identity', 'filing'].map(term), needed: ['identity'], needed_elsewhere: ['identity', 'filing'] } as unknown as Terms

describe('an application', () => {
  it('asks for a filing only where the licence is registered elsewhere (R17)', () => {
    expect(asked(FORM, field('filing_number'))).toBe(true)
    expect(asked({ ...FORM, multi_site_filed: false }, field('filing_number'))).toBe(false)
    expect(asked({ ...FORM, registered_here: true }, field('multi_site_filed'))).toBe(false)
  })

  it('asks a full-time doctor for no other hospital', () => {
    expect(asked(FORM, field('hospital_zh'))).toBe(true)
    expect(asked({ ...FORM, full_time: true }, field('hospital_zh'))).toBe(false)
  })

  it('shows the evidence that nobody goes without first', () => {
    expect(evidenceKinds(TERMS, FORM).map((one) => [one.code, one.needed])).toEqual([['identity', true], ['filing', true], ['other', false]])
    expect(evidenceKinds(TERMS, { ...FORM, registered_here: true }).filter((one) => one.needed)).toHaveLength(1)
  })

  it('that is under way is shown before one that is over', () => {
    const at = (state: string) => ({ state }) as Application
    expect(current([at('withdrawn'), at('returned')])?.state).toBe('returned')
    expect(current([at('refused'), at('withdrawn')])?.state).toBe('refused')
    expect(current([])).toBeNull()
  })
})
