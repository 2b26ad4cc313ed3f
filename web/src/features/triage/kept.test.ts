import { afterEach, describe, expect, it } from 'vitest'

import { dropKept, keep, readKept } from './kept'

afterEach(() => localStorage.clear())

describe('the answers on this device', () => {
  it('come back as they were, each interview apart', () => {
    keep('a', { answers: { duration: 'today', past_illness: ['none'], temperature: 38.5 }, reached: 'severity' })
    expect(readKept('a')).toEqual({ answers: { duration: 'today', past_illness: ['none'], temperature: 38.5 }, reached: 'severity' })
    expect(readKept('b')).toEqual({ answers: {}, reached: '' })
    dropKept('a')
    expect(readKept('a').answers).toEqual({})
  })
  it.each(['', '{', 'null', '7', '{"answers":"x","reached":7}'])('begin anew when what is kept is no longer readable: %s', (text) => {
    localStorage.setItem('xinglin.answers.a', text)
    expect(readKept('a')).toEqual({ answers: {}, reached: '' })
  })
})
