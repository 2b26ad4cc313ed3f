import { describe, expect, it } from 'vitest'

import { isRefused, moved, offered, putting, type Favourite, type FavouriteItem } from './favourites'
import { itemOf, formWith, UNCOUNTED } from './fixtures'
import { asSent, confirmed, entered, unready, type Item } from './sheet'

const ALL = ['product_id', 'dose', 'dose_unit', 'route', 'frequency', 'days', 'doses']
const BANNED = { rule_id: 'R27', source: '', text: { zh: '不得开具', en: 'not online' }, instead: { zh: '改用其他', en: 'another' } }
const line = (id: string, change: Partial<FavouriteItem> = {}): FavouriteItem => ({ ...itemOf({ product_id: id }), days: 7, doses: null, to_confirm: ALL, against: [], ...change })
const favourite = (change: Partial<Favourite> = {}): Favourite => ({ id: 'f', sheet: 'western', name: '', items: [line('a')], ...change })

describe('a favourite on a sheet', () => {
  it('is ready only once each of its fields was looked at', () => {
    const { items } = putting(favourite(), [], 5)
    expect(unready(formWith(...items), UNCOUNTED)).toEqual(ALL.filter((name) => name !== 'doses').map((name) => `items.0.${name}`))
    expect(unready(formWith(...items.map((item) => confirmed(item, ALL, UNCOUNTED))), UNCOUNTED)).toEqual([])
  })

  it('tells the server which fields nobody has confirmed yet', () => {
    const { items } = putting(favourite(), [], 5)
    const sent = (of: readonly Item[]) => (asSent(formWith(...of), 0) as { items: { to_confirm: string[]; confirmed: string[] }[] }).items[0]
    expect(sent(items)).toMatchObject({ to_confirm: ALL, confirmed: [] })
    expect(sent(items.map((item) => entered(item, { dose: '2' }, UNCOUNTED)))).toMatchObject({ to_confirm: ALL.filter((name) => name !== 'dose'), confirmed: ['dose'] })
  })

  it('leaves out, and names, what stands there, what has no room and what is refused', () => {
    const set = favourite({ items: [line('a'), line('b', { against: [BANNED] }), line('c'), line('d')] })
    const put = putting(set, ['a'], 2)
    expect([put.items.map((item) => item.product_id), put.had.length, put.full.length]).toEqual([['c'], 1, 1])
    expect(put.refused.map((item) => item.product_id)).toEqual(['b'])
  })

  it('is refused when nothing of it may be prescribed', () => {
    expect(isRefused(favourite({ items: [line('a', { against: [BANNED] })] }))).toBe(true)
    expect(isRefused(favourite({ items: [line('a', { against: [BANNED] }), line('b')] }))).toBe(false)
  })
})

describe('what is offered', () => {
  const all = [favourite({ id: '1', name: '血压联合' }), favourite({ id: '2', items: [line('b')] }), favourite({ id: '3', sheet: 'slices' })]

  it('is all of this kind of sheet before anything was typed', () => {
    expect(offered(all, 'western', ' ', []).map((one) => one.id)).toEqual(['1', '2'])
  })

  it('then what is called so, or holds a medicine that was found', () => {
    expect(offered(all, 'western', '联合', ['b']).map((one) => one.id)).toEqual(['1', '2'])
    expect(offered(all, 'western', 'x', ['b']).map((one) => one.id)).toEqual(['2'])
  })
})

it('moves by one place, and not past an end', () => {
  expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
})
