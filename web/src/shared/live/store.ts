/** The device's database: what is still to be sent, and what is being written. */

import type { DBSchema, IDBPDatabase } from 'idb'

import type { FileKind } from '../api/upload'
import { openWithin, sharedBy } from './opening'
import type { Outgoing } from './protocol'

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

/** `order` is counted by the database itself: it rises over all tabs and is never given twice. See `openWithin` for when it rejects. */
export const openStore = (): Promise<Store> =>
  openWithin<Shelves>('xinglin', 2, {
    upgrade(store, from) {
      if (from < 1) {
        const outbox = store.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true })
        outbox.createIndex('owner', 'owner')
        outbox.createIndex('client_id', 'client_id', { unique: true })
        store.createObjectStore('drafts', { keyPath: ['owner', 'consultation'] })
      }
      store.createObjectStore('waiting', { keyPath: 'key' }).createIndex('place', ['owner', 'place'])
    },
  })

export const { theStore, forgetStore } = sharedBy<Shelves>(openStore)
