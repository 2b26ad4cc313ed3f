/** What one account may read without a line, on this device: bounded, aged, and gone at sign-out. */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

import type { Account } from '../api/session'

export const OLDEST_MS = 7 * 86_400_000

export interface KeptQuery {
  owner: string
  /** The query's key as JSON. */
  key: string
  data: unknown
  at: number
}

export interface KeptThread {
  owner: string
  visit: string
  messages: unknown[]
  at: number
}

export interface KeptForm {
  owner: string
  name: string
  value: unknown
  at: number
}

interface Shelves extends DBSchema {
  queries: { key: [string, string]; value: KeptQuery; indexes: { owner: string } }
  threads: { key: [string, string]; value: KeptThread; indexes: { owner: string } }
  forms: { key: [string, string]; value: KeptForm; indexes: { owner: string } }
  /** The one account that was here last; `who` is always 'last'. */
  session: { key: string; value: { who: string; account: Account; at: number } }
}

export type Shelf = IDBPDatabase<Shelves>
const READ = ['queries', 'threads'] as const

let opened: Promise<Shelf> | undefined

export function theShelf(): Promise<Shelf> {
  opened ??= openDB<Shelves>('xinglin-kept', 1, {
    upgrade(shelf) {
      for (const name of READ) shelf.createObjectStore(name, { keyPath: ['owner', name === 'queries' ? 'key' : 'visit'] }).createIndex('owner', 'owner')
      shelf.createObjectStore('forms', { keyPath: ['owner', 'name'] }).createIndex('owner', 'owner')
      shelf.createObjectStore('session', { keyPath: 'who' })
    },
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
  }).catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

/** A device that keeps nothing costs the copy, never the page. */
export async function onShelf<T>(act: (shelf: Shelf) => Promise<T>): Promise<T | undefined> {
  try {
    return await act(await theShelf())
  } catch {
    return undefined
  }
}

/** Everything that this account kept here, what it was writing included. */
export async function wipe(owner: string): Promise<void> {
  await onShelf(async (shelf) => {
    const all = shelf.transaction(['queries', 'threads', 'forms', 'session'], 'readwrite')
    for (const name of ['queries', 'threads', 'forms'] as const) {
      for (const key of await all.objectStore(name).index('owner').getAllKeys(owner)) await all.objectStore(name).delete(key)
    }
    await all.objectStore('session').clear()
    await all.done
  })
}

/** What others had read goes when somebody else is here, and what is too old; what they were writing waits for them. */
export async function sweep(owner: string, now = Date.now()): Promise<void> {
  await onShelf(async (shelf) => {
    const all = shelf.transaction(['queries', 'threads', 'forms'], 'readwrite')
    for (const name of ['queries', 'threads', 'forms'] as const) {
      for await (const found of all.objectStore(name)) {
        const isForeign = found.value.owner !== owner && name !== 'forms'
        if (isForeign || now - found.value.at > OLDEST_MS) await found.delete()
      }
    }
    await all.done
  })
}
