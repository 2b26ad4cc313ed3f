/** What is kept, sealed record by record. Each change is a new box; nothing is written in clear on the way. */

import { ApiProblem } from '../../api/problem'
import { houseNow } from '../../live/houseclock'
import { theHolder, type Holder } from './keyring'
import { open, openJson, seal, sealJson, type Label } from './seal'
import { theShelf, type SealedCapture } from './shelves'
import type { Capture, Pending, Sealed } from './types'

/** A pending capture and how far it has come. */
export interface Kept extends Pending {
  /** The form went out at least once, the answer may have been lost. */
  tried: boolean
  readings_sent: string[]
  /** Pictures that are up: kept id -> id at the house. */
  pictures_sent: Record<string, string>
}

/** No key in memory: the assistant has to sign in or unlock. */
export class Locked extends ApiProblem {
  constructor() {
    super({ status: 0, code: 'locked', text: { zh: '本机的登记还锁着。请先登录，或到“断网登记”用密码解锁。', en: 'What is kept on this device is locked. Sign in, or unlock it under “Written without a line”.' } })
  }
}
/** The device has no room, or its browser keeps nothing, and the house cannot be reached. */
export class NoRoom extends ApiProblem {
  constructor() {
    super({
      status: 0,
      code: 'no_room',
      text: {
        zh: '本机存不下，也连不上医院：这一份没有存上。请先记在纸上，连上网络、送出已有的登记后再重新登记。',
        en: 'This device has no room and the hospital cannot be reached: this one was not kept. Write it on paper; when the line is back and what is here has gone, register again.',
      },
    })
  }
}

export function held(): Holder {
  if (!theHolder.value) throw new Locked()
  return theHolder.value
}

const labelOf = (kind: Label['kind'], id: string, { site, staff }: Holder): Label => ({ kind, id, site, staff })

async function roomFor<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'QuotaExceededError' || error.name === 'UnknownError')) throw new NoRoom()
    throw error
  }
}

export function fresh(capture: Capture, old: Kept | null): Kept {
  const pictures = capture.pictures.map(({ id }) => id)
  return {
    id: capture.id,
    walk_in_id: capture.walk_in_id ?? capture.id,
    form: capture.form,
    readings: capture.readings,
    pictures,
    captured_at: old?.captured_at ?? new Date(houseNow()).toISOString(),
    registered: old?.registered ?? (capture.form === null),
    tried: old?.tried ?? false,
    readings_sent: old?.readings_sent ?? [],
    pictures_sent: Object.fromEntries(Object.entries(old?.pictures_sent ?? {}).filter(([id]) => pictures.includes(id))),
    troubles: [],
  }
}

/** Sealed first, then written in one transaction: the whole capture is there, or nothing of it. */
export async function keep(capture: Capture): Promise<void> {
  const holder = held()
  const { key, site, staff } = holder
  const shelf = await theShelf()
  const old = await read(capture.id)
  const pictures = await Promise.all(
    capture.pictures.map(async ({ id, file }) => ({ id, capture: capture.id, staff, site, ...(await seal(key, labelOf('picture', id, holder), await file.arrayBuffer())) })),
  )
  const kept = fresh(capture, old)
  const box = await sealJson(key, labelOf('capture', capture.id, holder), kept)
  await roomFor(async () => {
    const act = shelf.transaction(['captures', 'pictures'], 'readwrite')
    const captures = act.objectStore('captures')
    const before = await captures.get(capture.id)
    const last = before?.order ?? Math.max(0, ...(await captures.getAll()).map(({ order }) => order)) + 1
    for (const one of await act.objectStore('pictures').index('capture').getAllKeys(capture.id)) await act.objectStore('pictures').delete(one)
    for (const one of pictures) await act.objectStore('pictures').put(one)
    await captures.put({ id: capture.id, staff, site, order: last, kept_at: before?.kept_at ?? Date.now(), ...box })
    await act.done
  })
}

async function opened(record: SealedCapture): Promise<Kept | null> {
  const holder = held()
  if (record.staff !== holder.staff || record.site !== holder.site) return null
  return openJson<Kept>(holder.key, labelOf('capture', record.id, holder), record)
}

export async function read(id: string): Promise<Kept | null> {
  const record = await (await theShelf()).get('captures', id)
  return record ? opened(record) : null
}

/** In the order in which they were written down. */
export async function readAll(): Promise<Kept[]> {
  const records = await (await theShelf()).getAllFromIndex('captures', 'staff', held().staff)
  const found = await Promise.all(records.sort((a, b) => a.order - b.order).map(opened))
  return found.filter((one) => one !== null)
}

/** How far it has come is written down at once: a page that dies in the middle goes on from there. */
export async function note(kept: Kept): Promise<void> {
  const holder = held()
  const shelf = await theShelf()
  const box = await sealJson(holder.key, labelOf('capture', kept.id, holder), kept)
  await roomFor(async () => {
    const act = shelf.transaction('captures', 'readwrite')
    const before = await act.store.get(kept.id)
    if (before) await act.store.put({ ...before, ...box })
    await act.done
  })
}

export async function picture(id: string): Promise<Blob | null> {
  const holder = held()
  const record = await (await theShelf()).get('pictures', id)
  const bytes = record && (await open(holder.key, labelOf('picture', id, holder), record))
  return bytes ? new Blob([bytes]) : null
}

/** The house has all of it, or the assistant does not want it. */
export async function remove(id: string): Promise<void> {
  const act = (await theShelf()).transaction(['captures', 'pictures'], 'readwrite')
  for (const one of await act.objectStore('pictures').index('capture').getAllKeys(id)) await act.objectStore('pictures').delete(one)
  await act.objectStore('captures').delete(id)
  await act.done
}

/** What can be said without a key; `whose` is who is signed in, if that is known. */
export async function counts(whose: string | null, readable: number | null): Promise<Sealed> {
  const all = await (await theShelf()).getAll('captures')
  const mine = whose === null ? [] : all.filter(({ staff }) => staff === whose)
  return {
    mine: readable ?? mine.length,
    others: all.length - mine.length,
    damaged: readable === null ? 0 : mine.length - readable,
    oldest_at: all.length > 0 ? Math.min(...all.map(({ kept_at }) => kept_at)) : null,
  }
}
