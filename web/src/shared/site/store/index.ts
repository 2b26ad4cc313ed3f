/** The door of the site's store: what was written down of a walk-in is kept sealed here until the house has it. */

import { readonly, ref, shallowRef, type Ref } from 'vue'

import { useSession } from '../../api/session'
import { hearTime } from '../../live/houseclock'
import { learnList } from '../danger/list'
import type { StationOut, WalkInOut } from '../types'
import { counts, fresh, keep, Locked, note, picture, read, readAll, remove } from './captures'
import { dropKey, forgetCopy, openKey, theHolder, unlockKey } from './keyring'
import { followLine, line, probe } from './line'
import { bringAll, bringUnkept } from './sync'
import type { Capture, Fix, Opened, Pending, Saved, Sealed, SyncReport, Trouble, Unlocked } from './types'

export type * from './types'
export { Locked, NoRoom } from './captures'
export { hasCopy, noteSignIn } from './keyring'

const TABS = 'xinglin.site'
const pending = shallowRef<Pending[]>([])
const sealed = ref<Sealed>({ mine: 0, others: 0, damaged: 0, oldest_at: null })
const working = ref(false)
const last = shallowRef<SyncReport | null>(null)
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(TABS)
tabs?.addEventListener('message', () => void refresh())

export interface SiteStore {
  /** Whose it is; null while it is locked. */
  opened: Readonly<Ref<Opened | null>>
  /** Empty while it is locked. */
  pending: Readonly<Ref<readonly Pending[]>>
  /** What is known without the key. */
  sealed: Readonly<Ref<Readonly<Sealed>>>
  /** Who answers in the house's place; null before it was asked. */
  line: typeof line
  working: Readonly<Ref<boolean>>
  last: Readonly<Ref<SyncReport | null>>
  picture: (id: string) => Promise<Blob | null>
  sync: () => Promise<SyncReport>
  mend: (id: string, fix: Fix) => Promise<void>
  /** Gone from this device for good: only by the assistant's own hand. */
  drop: (id: string) => Promise<void>
  unlock: (password: string) => Promise<Unlocked>
  lock: () => Promise<void>
}

/** After anything changed here or in another tab. */
async function refresh(): Promise<void> {
  const holder = theHolder.value
  const all = holder ? await readAll() : null
  pending.value = all ?? []
  sealed.value = await counts(holder?.staff ?? useSession().account.value?.id ?? null, all?.length ?? null)
}

/** Asks the browser not to clear it when room is short. */
async function lasting(): Promise<void> {
  const { storage } = navigator as { storage?: StorageManager }
  await storage?.persist().catch(() => false)
}

async function changed(): Promise<void> {
  await refresh()
  tabs?.postMessage('changed')
}

const SOON_MS = 1_000
const SELDOM_MS = 60_000
let fails = 0
let again: ReturnType<typeof setTimeout> | undefined

/** Broken off in the middle: again by itself, rarer each time, and not before the house said. */
function later({ stopped, after_s }: SyncReport): void {
  clearTimeout(again)
  fails = stopped === 'no_line' ? fails + 1 : 0
  if (fails === 0) return
  void probe()
  const pause = Math.min(SELDOM_MS, SOON_MS * 2 ** fails) * (0.75 + Math.random() / 2)
  again = setTimeout(() => void sync(), Math.max(pause, after_s * 1_000))
}

async function sync(justSaved: string | null = null): Promise<SyncReport & { walkIn: WalkInOut | null }> {
  if (!theHolder.value) return { sent: 0, left: sealed.value.mine, stuck: 0, stopped: 'locked', after_s: 0, walkIn: null }
  working.value = true
  try {
    const report = await bringAll(undefined, justSaved)
    last.value = report
    later(report)
    return report
  } finally {
    working.value = false
    await changed()
  }
}

/**
 * Kept first, then brought to the house at once: with a line and without it is one way.
 * Throws `Locked`; `NoRoom` where this device cannot keep it and the house cannot be reached.
 */
export async function saveCapture(capture: Capture): Promise<Saved> {
  try {
    await keep(capture)
  } catch (error) {
    if (error instanceof Locked) throw error
    return bringUnkept(fresh(capture, null), capture.pictures)
  }
  const { walkIn } = await sync(capture.id)
  const left = await read(capture.id)
  if (left && left.troubles.length > 0) return { state: 'refused', troubles: left.troubles }
  return left ? { state: 'kept' } : { state: 'sent', walk_in: walkIn }
}

/** What was said of the part that has just been changed. */
function mends(fix: Fix, trouble: Trouble): boolean {
  if (fix.kind === 'again') return true
  if ('reading' in fix) return trouble.what === fix.reading
  if ('picture' in fix) return trouble.what === fix.picture
  return trouble.step === 'register'
}

async function mend(id: string, fix: Fix): Promise<void> {
  const kept = await read(id)
  if (!kept) return
  if (fix.kind === 'form') kept.form = fix.form
  if (fix.kind === 'join') Object.assign(kept, { walk_in_id: fix.walk_in_id, registered: true })
  if (fix.kind === 'confirm') kept.readings = kept.readings.map((one) => (one.id === fix.reading ? { ...one, confirmed: true } : one))
  if (fix.kind === 'without_instrument') kept.readings = kept.readings.map(({ instrument_serial, ...one }) => (one.id === fix.reading || !instrument_serial ? one : { ...one, instrument_serial }))
  if (fix.kind === 'drop_reading') kept.readings = kept.readings.filter((one) => one.id !== fix.reading)
  if (fix.kind === 'drop_picture') kept.pictures = kept.pictures.filter((one) => one !== fix.picture)
  await note({ ...kept, troubles: kept.troubles.filter((one) => !mends(fix, one)) })
  await changed()
}

/** With what the house answered to `GET /site/station`. Whoever is not of this site any more leaves no copy of the key here. */
export async function openStore(station: StationOut): Promise<SiteStore> {
  const account = useSession().account.value
  hearTime(station.server_time)
  if (account && (await openKey(station, account))) {
    void learnList()
    await lasting()
  } else if (account && (station.state === 'not_staff' || station.state === 'revoked')) await forgetCopy(account.id)
  await refresh()
  return useSiteStore()
}

/** Follows the line and sends by itself while the page stands; answers the end of it. */
export function followOutage(): () => void {
  void refresh()
  return followLine(() => {
    if (theHolder.value) void learnList()
    if (theHolder.value && pending.value.some((one) => one.troubles.length === 0)) void sync()
  })
}

export function useSiteStore(): SiteStore {
  return {
    opened: theHolder,
    pending: pending,
    sealed: readonly(sealed),
    line,
    working: readonly(working),
    last: last,
    picture,
    sync: async () => {
      await probe()
      return sync()
    },
    mend,
    drop: async (id) => {
      await remove(id)
      await changed()
    },
    unlock: async (password) => {
      const found = await unlockKey(password)
      await refresh()
      return found
    },
    lock: async () => {
      dropKey()
      await refresh()
    },
  }
}
