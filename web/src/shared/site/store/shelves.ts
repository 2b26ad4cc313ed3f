/** The site's database on this device. In clear lie only ids, times, sizes and counts; everything else is sealed. */

import type { DBSchema, IDBPDatabase } from 'idb'

import { openWithin, sharedBy } from '../../live/opening'
import type { Box } from './seal'

export interface Owned extends Box {
  staff: string
  site: string
}

export interface SealedCapture extends Owned {
  id: string
  order: number
  /** By this device's clock, ms: tells how old it is to whoever cannot open it. */
  kept_at: number
}

export interface SealedPicture extends Owned {
  id: string
  capture: string
}

/** The store key of one assistant, sealed under the password of the last sign-in here. */
export interface WrappedKey extends Owned {
  salt: Uint8Array<ArrayBuffer>
  rounds: number
}

/** Wrong passwords in a row, and until when no other is looked at. */
export interface Tries {
  which: 'unlock'
  count: number
  until: number
}

interface Shelves extends DBSchema {
  captures: { key: string; value: SealedCapture; indexes: { staff: string } }
  pictures: { key: string; value: SealedPicture; indexes: { capture: string } }
  keys: { key: string; value: WrappedKey }
  stations: { key: string; value: Owned }
  tries: { key: string; value: Tries }
}

export type Shelf = IDBPDatabase<Shelves>

export const { theStore: theShelf, forgetStore: forgetShelf } = sharedBy<Shelves>(() =>
  openWithin<Shelves>('xinglin-site', 1, {
    upgrade(shelf) {
      shelf.createObjectStore('captures', { keyPath: 'id' }).createIndex('staff', 'staff')
      shelf.createObjectStore('pictures', { keyPath: 'id' }).createIndex('capture', 'capture')
      shelf.createObjectStore('keys', { keyPath: 'staff' })
      shelf.createObjectStore('stations', { keyPath: 'staff' })
      shelf.createObjectStore('tries', { keyPath: 'which' })
    },
    terminated: () => forgetShelf(),
  }),
)
