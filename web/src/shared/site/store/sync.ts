/** Brings what is kept to the house: one tab at a time, in the order in which it was written down. */

import { ApiProblem, asProblem, offline } from '../../api/problem'
import { askWhose } from '../../api/session'
import { uploadFile } from '../../api/upload'
import { site } from '../api'
import { settleSignOut } from '../owed'
import type { WalkInOut } from '../types'
import { held, NoRoom, note, picture, readAll, remove, type Kept } from './captures'
import { complete, register, Stopped, type Doors } from './send'
import type { KeptPicture, Saved, SyncReport } from './types'

const LOCK = 'xinglin.site.sync'

export const house: Doors = {
  whose: async () => {
    if (!(await settleSignOut())) throw offline()
    return askWhose()
  },
  register: site.register,
  reading: site.reading,
  picturesOf: async (walkIn) => (await site.walkIn(walkIn)).picture_ids,
  setPictures: site.pictures,
  isReady: () => site.station().then(({ state }) => state === 'ready', () => false),
  now: async () => Date.parse((await site.station()).server_time),
  upload: async (file, key) => (await uploadFile(file, key, { kind: 'picture' }, () => undefined).done).id,
}

/** Of browsers without locks every tab sends, and the house takes each capture once. */
async function alone<T>(act: () => Promise<T>, waits: boolean): Promise<T | null> {
  const locks = (navigator as { locks?: LockManager }).locks
  if (!locks) return act()
  return locks.request(LOCK, { ifAvailable: !waits }, (lock) => (lock ? act() : Promise.resolve(null))) as Promise<T | null>
}

function stoppedBy(error: unknown): Pick<SyncReport, 'stopped' | 'after_s'> {
  if (!(error instanceof Stopped)) throw error
  const { status, body } = error.problem
  if (status === 401) return { stopped: 'sign_in', after_s: 0 }
  return { stopped: status === 403 || status === 404 ? 'not_ready' : 'no_line', after_s: body.retry_after_s ?? 0 }
}

const ANOTHERS = new ApiProblem({ status: 401, code: 'not_signed_in', text: { zh: '请先登录。', en: 'Please sign in first.' } })

/** The cookie may be that of whoever was here before: nothing goes to the house under a name that did not write it. */
async function inOwnName(doors: Doors): Promise<void> {
  const whose = await doors.whose().catch((error: unknown) => {
    throw new Stopped(asProblem(error))
  })
  if (whose !== held().staff) throw new Stopped(ANOTHERS)
}

/** All walk-ins first, so that the queue fills in their order; then what was measured and the pictures. */
async function bring(all: Kept[], doors: Doors, justSaved: string | null): Promise<Pick<SyncReport, 'sent'> & { walkIn: WalkInOut | null }> {
  const keeping = { note, picture }
  let [sent, walkIn]: [number, WalkInOut | null] = [0, null]
  for (const kept of all) {
    const found = await register(kept, doors, keeping, kept.id === justSaved)
    if (kept.id === justSaved) walkIn = found
  }
  const unknown = new Set(all.filter((kept) => !kept.registered).map((kept) => kept.walk_in_id))
  for (const kept of all) {
    if (unknown.has(kept.walk_in_id) || !(await complete(kept, doors, keeping))) continue
    await remove(kept.id)
    sent += 1
  }
  return { sent, walkIn }
}

/** Of a device that keeps nothing: from the page straight to the house, or not at all. */
export async function bringUnkept(kept: Kept, pictures: KeptPicture[], doors: Doors = house): Promise<Saved> {
  const keeping = { note: () => Promise.resolve(), picture: (id: string) => Promise.resolve(pictures.find((one) => one.id === id)?.file ?? null) }
  try {
    await inOwnName(doors)
    const walkIn = await register(kept, doors, keeping, true)
    if (await complete(kept, doors, keeping)) return { state: 'sent', walk_in: walkIn }
  } catch (error) {
    if (error instanceof Stopped) throw new NoRoom()
    throw error
  }
  return { state: 'refused', troubles: kept.troubles }
}

/** `justSaved` waits for its turn; everything else leaves the work to the tab that is at it. */
export async function bringAll(doors: Doors = house, justSaved: string | null = null): Promise<SyncReport & { walkIn: WalkInOut | null }> {
  held()
  const done = await alone(async () => {
    const before = await readAll()
    try {
      if (before.length > 0) await inOwnName(doors)
      return { stopped: null, after_s: 0, ...(await bring(before, doors, justSaved)) }
    } catch (error) {
      return { ...stoppedBy(error), sent: before.length - (await readAll()).length, walkIn: null }
    }
  }, justSaved !== null)
  const left = await readAll()
  return {
    sent: done?.sent ?? 0,
    walkIn: done?.walkIn ?? null,
    stopped: done ? done.stopped : 'busy',
    after_s: done?.after_s ?? 0,
    left: left.length,
    stuck: left.filter((kept) => kept.troubles.length > 0).length,
  }
}
