import { describe, expect, it } from 'vitest'

import { nearness, offered } from './match'
import type { Phrase } from './types'

let nth = 0
function phrase(zh: string, more: Partial<Phrase> = {}): Phrase {
  nth += 1
  return { id: `p${nth}`, kind: 'reply', is_own: true, department: null, zh: zh ? { text: zh } : {}, en: {}, spelt: '', revision: 1, used_at: null, ...more }
}
const HELLO = phrase('您好，请问多久了？', { spelt: 'nh ninhao qwdjl qingwenduojiule', en: { text: 'Hello, how long?' } })

describe('what fits', () => {
  it.each([
    ['', 0],
    ['您好', 0],
    ['nh', 1],
    ['ninh', 1],
    ['qw', 2],
    ['多久', 3],
    ['duojiu', 4],
    ['多久 您好', 3],
    ['j', null],
    ['再见', null],
  ])('%j is found at %j', (typed, near) => expect(nearness(HELLO, 'zh', typed)).toBe(near))

  it('does not take English for Chinese', () => {
    expect(nearness(HELLO, 'en', 'hello')).toBe(0)
    expect(nearness(HELLO, 'en', 'nh')).toBeNull()
    expect(nearness(phrase('只有中文'), 'en', '')).toBeNull()
  })

  it('puts what was used last first, and other departments behind', () => {
    const here = { slug: 'here', name: { zh: '这', en: 'here' } }
    const elsewhere = { slug: 'there', name: { zh: '那', en: 'there' } }
    const all = [phrase('那', { department: elsewhere }), phrase('这', { department: here }), phrase('早', { used_at: '2026-01-01' }), phrase('晚', { used_at: '2026-02-01' })]
    expect(offered(all, 'zh', '', 'here').map((one) => one.zh['text'])).toEqual(['晚', '早', '这', '那'])
  })

  it('finds a template by what it writes, behind those that are called so', () => {
    const template = (name: string, advice: string) => phrase('', { kind: 'template', zh: { name, advice } })
    const all = [template('皮疹', '休息'), template('休息', '多饮水')]
    expect(offered(all, 'zh', '休息', '').map((one) => one.zh['name'])).toEqual(['休息', '皮疹'])
  })
})
