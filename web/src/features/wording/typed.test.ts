import { describe, expect, it } from 'vitest'

import { useTyped } from './typed'

const words = (zh: string) => ({ zh, en: 'a' })

describe('words that are being typed', () => {
  it('follow the house as long as nobody has typed', () => {
    const { form, stands } = useTyped()
    stands(words('一'))
    stands(words('二'))
    expect(form).toEqual(words('二'))
  })

  it('stay when somebody else has saved others meanwhile', () => {
    const { form, stands } = useTyped()
    stands(words('一'))
    form.zh = '我的'
    stands(words('二'))
    expect(form).toEqual(words('我的'))
  })

  it('give way to what the house has made of them, but not what was typed since', () => {
    const { form, stands, taken } = useTyped()
    stands(words('一'))
    form.zh = ' 我的'
    taken(words(' 我的'))
    stands(words('我的'))
    expect(form).toEqual(words('我的'))
    form.zh = '我的二'
    taken(words('我的'))
    form.zh = '我的三'
    stands(words('我的'))
    expect(form).toEqual(words('我的三'))
  })
})
