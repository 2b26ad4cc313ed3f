/** What a doctor prescribes often, and what of it can be put on a sheet: a proposal, of which each field waits for the doctor's own yes. Pure. */
import type { Refusal, Text } from '@/shared/api/problem'

import { itemFrom, type Item } from './sheet'
import type { ProposedItem } from './types'

export interface FavouriteItem extends ProposedItem {
  /** Why it cannot be put on a sheet now. */
  against: Refusal[]
}

/** `name`: the doctor's own; empty: that of its medicine. */
export interface Favourite {
  id: string
  sheet: string
  name: string
  items: FavouriteItem[]
}

export interface Favourites {
  items: Favourite[]
  most: number
}

/** What goes on the sheet, and what does not: stands there already, has no room, or is refused. */
export interface Put {
  items: Item[]
  had: Text[]
  full: Text[]
  refused: FavouriteItem[]
}

export function putting(favourite: Favourite, had: readonly string[], most: number): Put {
  const put: Put = { items: [], had: [], full: [], refused: [] }
  for (const item of favourite.items) {
    if (item.against.length) put.refused.push(item)
    else if (had.includes(item.product_id)) put.had.push(item.name)
    else if (had.length + put.items.length >= most) put.full.push(item.name)
    else put.items.push(itemFrom(item))
  }
  return put
}

/** Whether nothing of it may be prescribed any more. */
export const isRefused = (favourite: Favourite): boolean => favourite.items.every((item) => item.against.length > 0)

/** Those of this kind of sheet; while somebody searches, those that hold what was found or are called so. */
export function offered(all: readonly Favourite[], sheet: string, words: string, found: readonly string[]): Favourite[] {
  const asked = words.trim().toLowerCase()
  const here = all.filter((one) => one.sheet === sheet)
  if (!asked) return here
  return here.filter((one) => one.name.toLowerCase().includes(asked) || one.items.some((item) => found.includes(item.product_id)))
}

/** One step in the list of this kind of sheet; the others stay where they are. */
export function moved(ids: readonly string[], id: string, by: 1 | -1): string[] {
  const from = ids.indexOf(id)
  const to = from + by
  if (from < 0 || to < 0 || to >= ids.length) return [...ids]
  const next = ids.filter((one) => one !== id)
  next.splice(to, 0, id)
  return next
}
