import { describe, expect, it } from 'vitest'

import { asked, filled, languageOf, valuesOf } from './fill'

describe('a slash', () => {
  it.each([
    ['/', 1, { from: 0, typed: '' }],
    ['/nh', 3, { from: 0, typed: 'nh' }],
    ['您好 /q', 5, { from: 3, typed: 'q' }],
    ['一\n、qw', 5, { from: 2, typed: 'qw' }],
    ['1/2', 3, null],
    ['http://a', 8, null],
    ['/a\nb', 4, null],
    ['120 / 80', 8, null],
  ])('in %j with the caret at %j asks for %j', (words, caret, found) => expect(asked(words, caret)).toEqual(found))
})

describe('names', () => {
  const visit = { patient: { name: '苏念慈' }, department: { name: { zh: '皮肤科', en: 'Dermatology' } }, doctor: { name: { zh: '白若溪', en: 'Bai Ruoxi' } } }

  it('are filled in the language of the phrase', () => {
    const values = valuesOf(visit, 'en', new Date(2026, 10, 8))
    expect(filled('{patient}|{doctor}|{department}|{date}|{else}', values)).toBe('苏念慈|Bai Ruoxi|Dermatology|2026-11-08|{else}')
  })

  it('stay where the visit does not know them', () => expect(filled('{doctor}', valuesOf({ ...visit, doctor: null }, 'zh', new Date()))).toBe('{doctor}'))

  it('speak as the patient does', () => expect([languageOf('手痒 itch'), languageOf('itch')]).toEqual(['zh', 'en']))
})
