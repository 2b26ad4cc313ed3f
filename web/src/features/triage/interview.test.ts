import { describe, expect, it } from 'vitest'

import type { Question } from '@/shared/api/contract'

import { asked, firstOpen, isAnswered, toggled, toSend } from './interview'

const question = (link_id: string, more: Partial<Question> = {}): Question => ({
  link_id,
  type: 'choice',
  text: { zh: link_id, en: link_id },
  required: true,
  options: [],
  ...more,
})
const duration = question('duration')
const allergies = question('allergies', { type: 'boolean' })
const which = question('which', { type: 'text', enabled_when: { question: 'allergies', answer: true } })
const note = question('note', { type: 'text', required: false })
const all = [duration, allergies, which, note]

describe('an interview', () => {
  it('asks a dependent question only after the answer that it depends on', () => {
    expect(asked(all, {}).map((q) => q.link_id)).toEqual(['duration', 'allergies', 'note'])
    expect(asked(all, { allergies: true }).map((q) => q.link_id)).toEqual(['duration', 'allergies', 'which', 'note'])
  })
  it('understands dependence on one of several choices', () => {
    const last = question('weeks', { enabled_when: { question: 'duration', answer: 'long' } })
    expect(asked([duration, last], { duration: ['short', 'long'] })).toHaveLength(2)
  })
  it('goes on at the first required question without an answer', () => {
    expect(firstOpen(all, {})).toBe(0)
    expect(firstOpen(all, { duration: 'days' })).toBe(1)
    expect(firstOpen(all, { duration: 'days', allergies: true })).toBe(2)
  })
  it('stays at the last question when all is answered', () => expect(firstOpen(all, { duration: 'days', allergies: false })).toBe(2))
  it('sends neither blanks nor answers to questions that are no longer asked', () =>
    expect(toSend(all, { duration: 'days', allergies: false, which: 'penicillin', note: '  ' })).toEqual({ duration: 'days', allergies: false }))
  it('takes "no" for an answer', () => expect(isAnswered(false)).toBe(true))
  it('lets "none of these" and the others exclude each other', () => {
    expect(toggled(['a', 'b'], 'none')).toEqual(['none'])
    expect(toggled(['none'], 'a')).toEqual(['a'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
})
