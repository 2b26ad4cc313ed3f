/** Databases of the device: one connection a tab, which may never answer. */

import { openDB, type DBSchema, type IDBPDatabase, type OpenDBCallbacks } from 'idb'

const OPENS_WITHIN_MS = 4_000

export interface Opener<Shelves extends DBSchema> {
  /** A failed one is tried again by the next who asks. */
  theStore: () => Promise<IDBPDatabase<Shelves>>
  /** After the browser has closed it under us. */
  forgetStore: () => void
}

/**
 * Rejects where the browser keeps nothing (private mode of some, storage switched off), and where it never answers.
 */
export async function openWithin<Shelves extends DBSchema>(name: string, version: number, callbacks: OpenDBCallbacks<Shelves>): Promise<IDBPDatabase<Shelves>> {
  if (typeof indexedDB === 'undefined') throw new Error('this browser has no IndexedDB')
  const opened = openDB<Shelves>(name, version, {
    // A newer page wants to change the shelves: it must not wait for us.
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
    ...callbacks,
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('IndexedDB did not answer')), OPENS_WITHIN_MS)
  })
  try {
    return await Promise.race([opened, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

export function sharedBy<Shelves extends DBSchema>(open: () => Promise<IDBPDatabase<Shelves>>): Opener<Shelves> {
  let shared: Promise<IDBPDatabase<Shelves>> | undefined
  return {
    theStore: () =>
      (shared ??= open().catch((error: unknown) => {
        shared = undefined
        throw error
      })),
    forgetStore: () => {
      shared = undefined
    },
  }
}
