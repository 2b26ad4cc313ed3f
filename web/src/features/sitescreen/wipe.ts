/** Takes away what a patient has left in this browser: the next one at the same device finds nothing. */

import { theStore } from '@/shared/live/store'
import { onShelf } from '@/shared/offline/shelf'

/** Of the device, not of a person: its cameras, and what the pages of the staff keep (sealed, or without anybody's words). */
const OF_DEVICE = ['xinglin.call.devices', 'xinglin.site.', 'xinglin.elder', 'xinglin.locale']
const LOCALE = 'xinglin.locale'
/** The language of the staff, while a patient has another one. */
const LOCALE_BEFORE = 'xinglin.site.locale'
/** The walk-in whose patient holds the screen: an id, which says nothing of anybody. */
const HOLDER = 'xinglin.site.holder'

const isOfDevice = (name: string): boolean => OF_DEVICE.some((start) => name.startsWith(start))

export function wipeStorages(stores: readonly Storage[] = [localStorage, sessionStorage]): void {
  for (const store of stores) {
    const names = Array.from({ length: store.length }, (_, i) => store.key(i) ?? '')
    for (const name of names) if (name.startsWith('xinglin.') && !isOfDevice(name)) store.removeItem(name)
  }
}

/** Of everybody who has held this screen, also before a crash. */
async function wipeDatabases(): Promise<void> {
  await onShelf(async (shelf) => {
    const all = shelf.transaction(['queries', 'threads', 'forms', 'session'], 'readwrite')
    for (const name of ['queries', 'threads', 'forms', 'session'] as const) await all.objectStore(name).clear()
    await all.done
  })
  const store = await theStore().catch(() => null)
  if (!store) return
  const all = store.transaction(['outbox', 'drafts', 'waiting'], 'readwrite')
  for (const name of ['outbox', 'drafts', 'waiting'] as const) await all.objectStore(name).clear()
  await all.done
}

export const isHeldFor = (walkIn: string): boolean => localStorage.getItem(HOLDER) === walkIn
export const holdFor = (walkIn: string): void => localStorage.setItem(HOLDER, walkIn)

export function rememberLocaleOfStaff(): void {
  if (sessionStorage.getItem(LOCALE_BEFORE) === null) sessionStorage.setItem(LOCALE_BEFORE, localStorage.getItem(LOCALE) ?? '')
}

/** Never rejects: what cannot be opened keeps nothing either. The page is to be loaded anew after it. */
export async function wipeScreen(): Promise<void> {
  await wipeDatabases().catch(() => undefined)
  wipeStorages()
  localStorage.removeItem(HOLDER)
  const before = sessionStorage.getItem(LOCALE_BEFORE)
  sessionStorage.removeItem(LOCALE_BEFORE)
  if (before) localStorage.setItem(LOCALE, before)
}
