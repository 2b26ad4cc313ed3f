/** The device's database: what is still to be sent, and what is being written. */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

import type { FileKind } from '../api/upload'
import type { Outgoing } from './protocol'

const OPENS_WITHIN_MS = 4_000

export interface Draft {
  owner: string
  consultation: string
  words: string
}

/** A file chosen in a form and not wholly up: `place` says in which form. */
export interface Waiting {
  owner: string
  place: string
  key: string
  kind: FileKind
  name: string
  file: Blob
}

interface Shelves extends DBSchema {
  outbox: { key: number; value: Outgoing; indexes: { owner: string; client_id: string } }
  drafts: { key: [string, string]; value: Draft }
  waiting: { key: string; value: Waiting; indexes: { place: [string, string] } }
}

export type Store = IDBPDatabase<Shelves>

/**
 * Rejects where the browser keeps nothing (private mode of some, storage switched off), and where it never answers.
 * `order` is counted by the database itself: it rises over all tabs and is never given twice.
 */
export async function openStore(): Promise<Store> {
  if (typeof indexedDB === 'undefined') throw new Error('this browser has no IndexedDB')
  const opened = openDB<Shelves>('xinglin', 2, {
    upgrade(store, from) {
      if (from < 1) {
        const outbox = store.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true })
        outbox.createIndex('owner', 'owner')
        outbox.createIndex('client_id', 'client_id', { unique: true })
        store.createObjectStore('drafts', { keyPath: ['owner', 'consultation'] })
      }
      store.createObjectStore('waiting', { keyPath: 'key' }).createIndex('place', ['owner', 'place'])
    },
    // A newer page wants to change the shelves: it must not wait for us.
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
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

let shared: Promise<Store> | undefined

/** One connection a tab; a failed one is tried again by the next who asks. */
export function theStore(): Promise<Store> {
  shared ??= openStore().catch((error: unknown) => {
    shared = undefined
    throw error
  })
  return shared
}

/** After the browser has closed it under us. */
export function forgetStore(): void {
  shared = undefined
}
