/** Keeps what the query cache read, per account, and gives it back when a page opens without a line. */

import type { Query, QueryClient } from '@tanstack/vue-query'

import { OLDEST_MS, onShelf, sweep } from './shelf'

/** First words of the keys that may be kept. Who read a record, codes and searches are not. */
const KEPT = new Set(['me', 'visits', 'history', 'proofs', 'prescriptions', 'doctors', 'notices', 'departments'])
const MOST = 120
const LARGEST = 400_000
const PAGES = 3

const isKept = (query: Query): boolean => KEPT.has(String(query.queryKey[0])) && query.meta?.['keep'] !== false && query.state.status === 'success'

/** Of a list that was scrolled far, the first pages. */
function bounded(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('pages' in data) || !('pageParams' in data)) return data
  const { pages, pageParams } = data as { pages: unknown[]; pageParams: unknown[] }
  return { pages: pages.slice(0, PAGES), pageParams: pageParams.slice(0, PAGES) }
}

async function put(owner: string, query: Query): Promise<void> {
  const key = JSON.stringify(query.queryKey)
  const words = JSON.stringify(bounded(query.state.data))
  if (words.length > LARGEST) return
  await onShelf(async (shelf) => {
    await shelf.put('queries', { owner, key, data: JSON.parse(words) as unknown, at: query.state.dataUpdatedAt })
    const all = await shelf.getAllFromIndex('queries', 'owner', owner)
    const tooMany = all.sort((a, b) => b.at - a.at).slice(MOST)
    for (const old of tooMany) await shelf.delete('queries', [owner, old.key])
  })
}

/** Gives back what is kept, as old as it is: with a line each page asks again at once. */
export async function restore(client: QueryClient, owner: string, now = Date.now()): Promise<void> {
  const all = await onShelf((shelf) => shelf.getAllFromIndex('queries', 'owner', owner))
  for (const { key, data, at } of all ?? []) {
    const queryKey = JSON.parse(key) as unknown[]
    if (now - at > OLDEST_MS || client.getQueryData(queryKey) !== undefined) continue
    client.setQueryData(queryKey, data, { updatedAt: at })
  }
}

/** Follows the cache for one account; the returned function ends it. */
export function keepQueries(client: QueryClient, owner: string): () => void {
  void sweep(owner)
  return client.getQueryCache().subscribe((told) => {
    // What was just given back is `manual` too: it has the old date and needs no second copy.
    const query = told.query as Query
    if (told.type === 'updated' && told.action.type === 'success' && !told.action.manual && isKept(query)) void put(owner, query)
  })
}
