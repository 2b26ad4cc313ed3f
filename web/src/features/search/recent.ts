/** What was searched for lately: kept on this device only, for this account only. */

const MOST = 8
const KEPT = 'xinglin.searches'

export function recentOf(owner: string, store: Storage = localStorage): string[] {
  try {
    const found: unknown = JSON.parse(store.getItem(`${KEPT}.${owner}`) ?? '[]')
    return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

export function remember(owner: string, words: string, store: Storage = localStorage): string[] {
  const now = [words, ...recentOf(owner, store).filter((each) => each !== words)].slice(0, MOST)
  try {
    store.setItem(`${KEPT}.${owner}`, JSON.stringify(now))
  } catch {
    // A full or forbidden store: it is then not remembered.
  }
  return now
}

export function forgetAll(owner: string, store: Storage = localStorage): void {
  store.removeItem(`${KEPT}.${owner}`)
}
