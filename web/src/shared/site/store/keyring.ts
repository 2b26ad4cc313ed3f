/** Whose store is open: the key in memory only, and its copy under the password for a page that opens without a line. */

import { readonly, shallowRef } from 'vue'

import type { Account } from '../../api/session'
import { hearTime, houseNow } from '../../live/houseclock'
import type { StationOut } from '../types'
import { fromBase64, keyOf, keyOfPassword, openJson, ROUNDS, sealJson, type Label } from './seal'
import { theShelf, type Tries, type WrappedKey } from './shelves'
import type { Opened, Unlocked } from './types'

export interface Holder extends Opened {
  key: CryptoKey
}

interface UnderPassword {
  key: string
  site: string
}

const LONGEST_WAIT_MS = 5 * 60_000
const holder = shallowRef<Holder | null>(null)
/** Made of the password at sign-in, used once when the house gives the store key; the password itself is not kept. */
let coming: { salt: Uint8Array<ArrayBuffer>; key: CryptoKey } | null = null
let rounds = ROUNDS

export const theHolder = readonly(holder) as Readonly<typeof holder>

/** Tests count fewer. */
export function countRounds(fewer: number): void {
  rounds = fewer
}

const wrapping = (staff: string): Label => ({ kind: 'key', id: staff, site: '', staff })
const stationOf = (staff: string): Label => ({ kind: 'station', id: staff, site: '', staff })

/** Browsers seal on https and localhost only. */
const canSeal = (): boolean => (crypto as { subtle?: SubtleCrypto }).subtle !== undefined

/** Called with the password that the house has just accepted; before `openKey`, in the same page. */
export async function noteSignIn(password: string): Promise<void> {
  if (!canSeal()) return
  const salt = crypto.getRandomValues(new Uint8Array(16))
  coming = { salt, key: await keyOfPassword(password, salt, rounds) }
}

/** With the key that the house has given. False where it gave none. */
export async function openKey(station: StationOut, account: Account): Promise<boolean> {
  if (station.state !== 'ready' || !station.store || !station.site || !canSeal()) return false
  const { id: staff } = account
  const key = await keyOf(fromBase64(station.store.key))
  const shelf = await theShelf()
  const opened = { staff, site: station.site.id, name: station.me?.name ?? '', account, ahead: houseNow() - Date.now(), station: { ...station, store: null } }
  holder.value = { ...opened, key }
  if (coming) {
    const under: UnderPassword = { key: station.store.key, site: station.site.id }
    await shelf.put('keys', { staff, site: station.site.id, salt: coming.salt, rounds, ...(await sealJson(coming.key, wrapping(staff), under)) })
    await shelf.delete('tries', 'unlock')
    coming = null
  }
  await shelf.put('stations', { staff, site: station.site.id, ...(await sealJson(key, stationOf(staff), opened)) })
  return true
}

/** The key leaves the memory; what is kept stays sealed. */
export function dropKey(): void {
  holder.value = null
  coming = null
}

/** Whoever is no longer of this site, or whose device was shut out, has no copy here either. */
export async function forgetCopy(staff: string): Promise<void> {
  const shelf = await theShelf()
  await shelf.delete('keys', staff)
  await shelf.delete('stations', staff)
}

/** Some assistant can open the store here without a line. */
export async function hasCopy(): Promise<boolean> {
  return (await (await theShelf()).count('keys')) > 0
}

async function openedBy(password: string, wrapped: WrappedKey): Promise<Holder | null> {
  const under = await openJson<UnderPassword>(await keyOfPassword(password, wrapped.salt, wrapped.rounds), wrapping(wrapped.staff), wrapped)
  if (!under) return null
  const key = await keyOf(fromBase64(under.key))
  const station = await (await theShelf()).get('stations', wrapped.staff)
  const opened = station && (await openJson<Opened>(key, stationOf(wrapped.staff), station))
  return opened ? { ...opened, key } : null
}

/** Counted before it is tried, so that a page loaded anew does not begin again at nought. */
async function counted(now: number): Promise<Tries | null> {
  const shelf = await theShelf()
  const act = shelf.transaction('tries', 'readwrite')
  const found = await act.store.get('unlock')
  if (found && now < found.until) {
    await act.done
    return null
  }
  const count = (found?.count ?? 0) + 1
  const tries: Tries = { which: 'unlock', count, until: now + Math.min(LONGEST_WAIT_MS, count < 3 ? 0 : 1_000 * 2 ** (count - 2)) }
  await act.store.put(tries)
  await act.done
  return tries
}

/** Tries the password on each assistant's copy: no name is kept beside them that one could choose by. */
export async function unlockKey(password: string, now = Date.now()): Promise<Unlocked> {
  const shelf = await theShelf()
  const copies = await shelf.getAll('keys')
  if (copies.length === 0) return { state: 'nothing' }
  const tries = await counted(now)
  if (!tries) {
    const { count = 0, until = now } = (await shelf.get('tries', 'unlock')) ?? {}
    return { state: 'wait', tries: count, until }
  }
  for (const copy of copies) {
    const found = await openedBy(password, copy)
    if (!found) continue
    await shelf.delete('tries', 'unlock')
    holder.value = found
    hearTime(new Date(now + found.ahead).toISOString(), now)
    const { staff, site, name, account, ahead, station } = found
    return { state: 'open', opened: { staff, site, name, account, ahead, station } }
  }
  return { state: 'wrong', tries: tries.count, until: tries.until }
}
