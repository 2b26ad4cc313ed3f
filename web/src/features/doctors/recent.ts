/** What was searched for lately, on this device and for this account only. */

const MOST = 6
const keyOf = (owner: string): string => `xinglin.doctors.${owner}`

export function recent(owner: string, store: Storage = localStorage): string[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(owner)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((word): word is string => typeof word === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

/** The newest first, each once. */
export function remember(owner: string, word: string, store: Storage = localStorage): string[] {
  const told = word.trim()
  if (!told) return recent(owner, store)
  const words = [told, ...recent(owner, store).filter((known) => known !== told)].slice(0, MOST)
  try {
    store.setItem(keyOf(owner), JSON.stringify(words))
  } catch {
    // A full or forbidden store costs the memory, not the search.
  }
  return words
}

export function forget(owner: string, store: Storage = localStorage): void {
  store.removeItem(keyOf(owner))
}
