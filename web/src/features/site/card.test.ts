import { describe, expect, it } from 'vitest'

import { FAST_MS, readCard, readWithoutEnter, SILENCE_MS, Wedge, type Heard, type Key } from './card'

const NUMBER = '11010519491231002X'
const OTHER = '110105199003070118'

describe('what a reader says', () => {
  it.each([
    ['the number alone', NUMBER, ''],
    ['a small x', '11010519491231002x', ''],
    ['name and number by tab', `王秀兰\t${NUMBER}`, '王秀兰'],
    ['number first, by comma', `${NUMBER},王秀兰`, '王秀兰'],
    ['by bar, with everything on the card', `王秀兰|女|汉|19491231|贵州省黔东南州雷山县西江镇|${NUMBER}|雷山县公安局|20100101|长期`, '王秀兰'],
    ['by tab, with everything on the card', `王秀兰\t女\t汉\t1949.12.31\t贵州省雷山县\t${NUMBER}\t雷山县公安局\t2010.01.01-2030.01.01\t`, '王秀兰'],
    ['with labels', `姓名：王秀兰；性别：女；公民身份号码：${NUMBER}`, '王秀兰'],
    ['full width, as an input method makes it', '王秀兰，１１０１０５１９４９１２３１００２Ｘ', '王秀兰'],
    ['a name with a point', `阿依古丽·买买提,${NUMBER}`, '阿依古丽·买买提'],
    ['a name in letters', `JOHN SMITH|${NUMBER}`, 'JOHN SMITH'],
    ['a number in groups', '110105 19491231 002X', ''],
  ])('%s', (_what, text, name) => {
    expect(readCard(text)).toEqual({ card: { name, id_number: NUMBER } })
  })

  it.each([
    ['a digit that was lost', `王秀兰\t${NUMBER.slice(0, 17)}`, 'length'],
    ['a digit that was read wrong', '110105194912310021', 'check'],
    ['a date that is none', '110105194913310024', 'date'],
    ['no number', '王秀兰\t女\t汉', 'none'],
    ['a box of medicine', '6901234567892', 'none'],
    ['nothing', '', 'none'],
  ])('%s is refused by name', (_what, text, fault) => {
    expect(readCard(text)).toEqual({ fault })
  })

  it('takes no short number for an old card', () => {
    expect(readCard('110105491231002')).toEqual({ fault: 'length' })
  })
})

const keyOf = (said: string): Pick<Key, 'key' | 'code'> => {
  if (said === '\t') return { key: 'Tab', code: 'Tab' }
  return { key: said, code: /\d/.test(said) ? `Digit${said}` : `Key${said.toUpperCase()}` }
}
function type(wedge: Wedge, text: string, gap: number, from = 1000): { heard: Heard[]; at: number } {
  const heard = Array.from(text).map((said, i) => wedge.hear({ ...keyOf(said), at: from + i * gap }))
  return { heard, at: from + (text.length - 1) * gap }
}
const enter = (wedge: Wedge, at: number): Heard => wedge.hear({ key: 'Enter', code: 'Enter', at })

describe('a reader among keys', () => {
  it('is a burst that ends in Enter; its last keys are held back from the field', () => {
    const wedge = new Wedge()
    const { heard, at } = type(wedge, NUMBER, 8)
    expect(heard[0]).toEqual({ kind: 'person' })
    expect(heard.at(-1)).toEqual({ kind: 'hold' })
    expect(enter(wedge, at + 8)).toEqual({ kind: 'end', text: NUMBER })
    expect(wedge.isReading).toBe(false)
  })

  it('keeps its tabs, which would else move from field to field', () => {
    const wedge = new Wedge()
    const { at } = type(wedge, `王秀兰\t女\t${NUMBER}`, 5)
    expect(enter(wedge, at + 5)).toEqual({ kind: 'end', text: `王秀兰\t女\t${NUMBER}` })
  })

  it('is never a person who types, however able, and their Enter stays theirs', () => {
    const wedge = new Wedge()
    const { heard, at } = type(wedge, NUMBER, FAST_MS + 1)
    expect(heard.every(({ kind }) => kind === 'person')).toBe(true)
    expect(enter(wedge, at + FAST_MS + 1)).toEqual({ kind: 'person' })
  })

  it('begins anew after a pause: what a person typed before is not part of it', () => {
    const wedge = new Wedge()
    type(wedge, '12', 400, 0)
    const { at } = type(wedge, OTHER, 10, 2000)
    expect(enter(wedge, at + 10)).toEqual({ kind: 'end', text: OTHER })
  })

  it('hears through an input method, which hides the key and shows where it lies', () => {
    const wedge = new Wedge()
    let at = 0
    for (const said of NUMBER) wedge.hear({ key: 'Process', code: said === 'X' ? 'KeyX' : `Digit${said}`, at: (at += 7) })
    expect(enter(wedge, at + 7)).toEqual({ kind: 'end', text: NUMBER })
  })

  it('passes over the Shift of a large X', () => {
    const wedge = new Wedge()
    const { at } = type(wedge, NUMBER.slice(0, 17), 8)
    wedge.hear({ key: 'Shift', code: 'ShiftLeft', at: at + 8 })
    wedge.hear({ key: 'X', code: 'KeyX', at: at + 16 })
    expect(enter(wedge, at + 24)).toEqual({ kind: 'end', text: NUMBER })
  })

  it('is no key that is held down, and no shortcut', () => {
    const wedge = new Wedge()
    for (let i = 0; i < 30; i += 1) expect(wedge.hear({ key: '1', code: 'Digit1', at: i * 30, repeat: i > 0 })).toEqual({ kind: 'person' })
    expect(wedge.hear({ key: 'v', code: 'KeyV', at: 910, modified: true })).toEqual({ kind: 'person' })
    expect(enter(wedge, 940)).toEqual({ kind: 'person' })
  })

  it('that fell silent before its Enter said half a card, or a whole one', () => {
    const wedge = new Wedge()
    const { at } = type(wedge, NUMBER.slice(0, 11), 8)
    expect(wedge.rest(at + SILENCE_MS - 1)).toEqual({ kind: 'person' })
    const end = wedge.rest(at + SILENCE_MS)
    expect(end).toEqual({ kind: 'end', text: NUMBER.slice(0, 11) })
    expect(readWithoutEnter(NUMBER.slice(0, 11))).toEqual({ fault: 'half' })
    expect(readWithoutEnter(`王秀兰\t${NUMBER}`)).toEqual({ card: { name: '王秀兰', id_number: NUMBER } })
    expect(wedge.rest(at + 9000)).toEqual({ kind: 'person' })
  })
})
