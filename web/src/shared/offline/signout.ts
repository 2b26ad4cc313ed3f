/** What a person leaves behind on this device, taken away when they sign out. */

import { theStore } from '../live/store'
import { wipe } from './shelf'

/** Beginnings of names in localStorage and sessionStorage that carry somebody's words. */
const PRIVATE = ['xinglin.ask.', 'xinglin.answers.', 'xinglin.words.', 'xinglin.draft.', 'xinglin.out.', 'xinglin.doctors.', 'xinglin.searches.', 'xinglin.wish.']

function wipeStorage(store: Storage): void {
  const names = Array.from({ length: store.length }, (_, i) => store.key(i) ?? '')
  for (const name of names) if (PRIVATE.some((start) => name.startsWith(start))) store.removeItem(name)
}

export async function wipeDevice(owner: string): Promise<void> {
  await wipe(owner)
  for (const store of [localStorage, sessionStorage]) wipeStorage(store)
  const store = await theStore().catch(() => null)
  if (!store) return
  const all = store.transaction(['outbox', 'drafts', 'waiting'], 'readwrite')
  for (const key of await all.objectStore('outbox').index('owner').getAllKeys(owner)) await all.objectStore('outbox').delete(key)
  for (const key of await all.objectStore('drafts').getAllKeys()) if (key[0] === owner) await all.objectStore('drafts').delete(key)
  const waiting = all.objectStore('waiting').index('place')
  for (const key of await waiting.getAllKeys(IDBKeyRange.bound([owner], [owner, []]))) await all.objectStore('waiting').delete(key)
  await all.done
}
