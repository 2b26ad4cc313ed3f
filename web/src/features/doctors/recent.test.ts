import { beforeEach, describe, expect, it } from 'vitest'

import { address } from './api'
import { forget, recent, remember } from './recent'

describe('what was searched for lately', () => {
  beforeEach(() => localStorage.clear())

  it('is kept newest first, each once, six at most', () => {
    for (const word of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'c', '  ']) remember('me', word)
    expect(recent('me')).toEqual(['c', 'g', 'f', 'e', 'd', 'b'])
  })

  it('is of one account, and can be forgotten', () => {
    remember('me', '湿疹')
    expect(recent('you')).toEqual([])
    forget('me')
    expect(recent('me')).toEqual([])
  })

  it('survives a store that holds nonsense', () => {
    localStorage.setItem('xinglin.doctors.me', '{"a":1}')
    expect(recent('me')).toEqual([])
    localStorage.setItem('xinglin.doctors.me', 'no json')
    expect(remember('me', 'x')).toEqual(['x'])
  })
})

describe('the address of a search', () => {
  it('says only what is asked', () => {
    expect(address({ q: ' ', department: '', title: '', language: '', on: false })).toBe('/doctors?limit=20')
    expect(address({ q: '皮 疹', department: 'dermatology', title: '231', language: 'bo', on: true }, 'x')).toBe(
      '/doctors?limit=20&q=%E7%9A%AE+%E7%96%B9&department=dermatology&title=231&language=bo&on_duty=true&after=x',
    )
  })
})
