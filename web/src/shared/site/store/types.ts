/** What an outage keeps on a device, and what comes of it. */

import type { FieldProblem, Text } from '../../api/problem'
import type { Account } from '../../api/session'
import type { ReadingForm, StationOut, WalkInForm, WalkInOut } from '../types'

export type KeptReading = ReadingForm & { id: string }

/** Its id, made by the page, is its name on the way up: saved again under it, it is there once. */
export interface KeptPicture {
  id: string
  file: Blob
}

/** What was written down of one walk-in. */
export interface Capture {
  /** Made by the page, UUIDv7; the walk-in's own id unless `walk_in_id` says which walk-in it adds to. */
  id: string
  walk_in_id?: string
  /** Null: nothing to register, only readings or pictures to add. */
  form: WalkInForm | null
  readings: KeptReading[]
  pictures: KeptPicture[]
}

/** Why the house did not take a part of it, in the house's words. `what`: the reading or the picture. */
export interface Trouble {
  step: 'register' | 'reading' | 'pictures' | 'picture'
  what: string
  code: string
  text: Text
  errors: readonly FieldProblem[]
  /** Where the house has this patient already today. */
  walk_in_id: string | null
}

/** One capture that waits here, read with the key. */
export interface Pending {
  id: string
  walk_in_id: string
  form: WalkInForm | null
  readings: KeptReading[]
  /** Ids of pictures kept here. */
  pictures: string[]
  captured_at: string
  /** The house has the walk-in, not yet all that belongs to it. */
  registered: boolean
  /** Empty: it goes by itself. */
  troubles: Trouble[]
}

/** What is known without the key: how many, how old, whose they are not. */
export interface Sealed {
  mine: number
  /** Of other assistants: they open them with their own sign-in. */
  others: number
  /** Cannot be opened: the key was changed, or somebody has changed the file. */
  damaged: number
  oldest_at: number | null
}

export type Fix =
  | { kind: 'form'; form: WalkInForm }
  /** Readings and pictures go to the walk-in that the house has. */
  | { kind: 'join'; walk_in_id: string }
  | { kind: 'confirm'; reading: string }
  | { kind: 'without_instrument'; reading: string }
  | { kind: 'drop_reading'; reading: string }
  | { kind: 'drop_picture'; picture: string }
  /** As it is, once more. */
  | { kind: 'again' }

export type Saved =
  | { state: 'sent'; walk_in: WalkInOut | null }
  /** Kept under the key; goes by itself when the line is back. */
  | { state: 'kept' }
  /** The house refuses it as it is: mended by saving again under the same id, or dropped. */
  | { state: 'refused'; troubles: Trouble[] }

export interface SyncReport {
  sent: number
  left: number
  stuck: number
  /** Why it stopped before the end. */
  stopped: 'no_line' | 'sign_in' | 'not_ready' | 'busy' | 'locked' | null
  /** The house wants to be left alone so long. */
  after_s: number
}

/** Who has opened the store, and the station as it was when the house was last heard. */
export interface Opened {
  staff: string
  site: string
  name: string
  account: Account
  /** How far this device's clock was behind the house's, ms. */
  ahead: number
  /** Without its key. */
  station: StationOut
}

export type Unlocked = { state: 'open'; opened: Opened } | { state: 'wrong' | 'wait'; tries: number; until: number } | { state: 'nothing' }
