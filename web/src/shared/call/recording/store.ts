/** The device's database of what was recorded and is not wholly with the house. */

import type { DBSchema, IDBPDatabase } from 'idb'

import { openWithin, sharedBy } from '../../live/opening'
import type { SeatRole } from '../types'

/** One recorder from its start to its end. */
export interface Segment {
  id: string
  owner: string
  call: string
  /** The seat that records, and the one that is recorded. */
  seat: string
  of: string
  of_role: SeatRole
  mime: string
  began_at: string
  /** How many chunks there are, and the chain over them. */
  count: number
  chain: string
  /** Null while it is recorded, or its page ended without a word. */
  ended_at: string | null
  /** When it last got something. */
  touched: number
  /** Why the house takes no more of it. */
  refused: string | null
}

export interface Chunk {
  /** Counted by the database: rises over all segments. */
  order: number
  owner: string
  segment: string
  seq: number
  bytes: ArrayBuffer
  sha256: string
  chain: string
  began_ms: number
}

interface Shelves extends DBSchema {
  segments: { key: string; value: Segment; indexes: { owner: string } }
  chunks: { key: number; value: Chunk; indexes: { segment: [string, number]; owner: [string, number] } }
}

export type Store = IDBPDatabase<Shelves>

const open = (): Promise<Store> =>
  openWithin<Shelves>('xinglin-recordings', 1, {
    upgrade(store) {
      store.createObjectStore('segments', { keyPath: 'id' }).createIndex('owner', 'owner')
      const chunks = store.createObjectStore('chunks', { keyPath: 'order', autoIncrement: true })
      chunks.createIndex('segment', ['segment', 'seq'], { unique: true })
      chunks.createIndex('owner', ['owner', 'order'])
    },
    blocking: (_now, _wanted, event) => {
      ;(event.target as IDBDatabase).close()
      forgetStore()
    },
    terminated: () => forgetStore(),
  })

export const { theStore, forgetStore } = sharedBy<Shelves>(open)
