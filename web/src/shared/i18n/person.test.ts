import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h } from 'vue'

import { makeI18n } from '.'
import { usePerson } from './person'

afterEach(() => localStorage.clear())

const said = (locale: string, title: { zh: string; en: string } | null): string | null => {
  localStorage.setItem('xinglin.locale', locale)
  const app = createApp({
    setup() {
      const person = usePerson()
      return () => h('p', person({ name: { zh: '李梅', en: 'Li Mei' }, title }))
    },
  })
  app.use(makeI18n({ zh: {}, en: {} }))
  const at = document.createElement('div')
  app.mount(at)
  const text = at.textContent
  app.unmount()
  return text
}

describe('name and title', () => {
  const title = { zh: '主任医师', en: 'chief physician' }
  it('are joined as each language joins them', () => expect([said('zh', title), said('en', title)]).toEqual(['李梅 主任医师', 'Li Mei, chief physician']))
  it('are the name alone where there is no title', () => expect(said('en', null)).toBe('Li Mei'))
})
