import { describe, expect, it } from 'vitest'

import type { Question } from '@/shared/api/contract'

import { asked, asNumber, goOnAt, isAnswered, isPlausible, screens, toggled, toSend } from './interview'

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
  it('goes on where it was left, but never behind a required question without an answer', () => {
    expect(goOnAt(all, {}, '')).toBe(0)
    expect(goOnAt(all, {}, 'note')).toBe(0)
    expect(goOnAt(all, { duration: 'days' }, '')).toBe(1)
    expect(goOnAt(all, { duration: 'days', allergies: true }, 'note')).toBe(2)
    expect(goOnAt(all, { duration: 'days', allergies: false }, 'note')).toBe(2)
  })
  it('skips no optional question after a reload', () => {
    const optional = question('with', { type: 'multi', required: false })
    expect(goOnAt([duration, optional, allergies], { duration: 'days' }, 'with')).toBe(1)
    expect(goOnAt([duration, optional, allergies], { duration: 'days' }, '')).toBe(1)
  })
  it('puts neighbours of one group on one screen', () => {
    const group = { zh: '量过', en: 'Measured' }
    const pulse = question('pulse', { type: 'number', required: false, group })
    const heat = question('heat', { type: 'number', required: false, group })
    expect(screens([duration, pulse, heat, note], {}).map((s) => s.map((q) => q.link_id))).toEqual([['duration'], ['pulse', 'heat'], ['note']])
  })
  it('knows which numbers can be true', () => {
    const heat = question('heat', { type: 'number', least: 30, most: 43 })
    expect([38.5, 43, undefined, '', '38,5'].map((n) => isPlausible(heat, n))).toEqual([true, true, true, true, true])
    expect([385, Number.NaN, 'warm', '385'].map((n) => isPlausible(heat, n))).toEqual([false, false, false, false])
    expect([asNumber('38,5'), asNumber(' 38.5 '), asNumber(''), asNumber('warm')]).toEqual([38.5, 38.5, undefined, Number.NaN])
  })
  it('sends neither blanks nor answers to questions that are no longer asked', () =>
    expect(toSend(all, { duration: 'days', allergies: false, which: 'penicillin', note: '  ' })).toEqual({ duration: 'days', allergies: false }))
  it('sends what was typed as a number, and no emptied field', () => {
    const pulse = question('pulse', { type: 'number', required: false })
    const heat = question('heat', { type: 'number', required: false })
    expect(toSend([pulse, heat], { pulse: '', heat: ' 38,5 ' })).toEqual({ heat: 38.5 })
  })
  it('takes "no" for an answer', () => expect(isAnswered(false)).toBe(true))
  it('lets "none of these" and the others exclude each other', () => {
    expect(toggled(['a', 'b'], 'none')).toEqual(['none'])
    expect(toggled(['none'], 'a')).toEqual(['a'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
})
