import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { assumeSession, forgetSession, type Account } from '../../api/session'
import type { StationOut, WalkInForm } from '../types'
import { keep, note, read } from './captures'
import { countRounds } from './keyring'
import { noteSignIn, openStore, useSiteStore, type Capture } from './index'
import { ROUNDS } from './seal'
import { theShelf } from './shelves'

const NAME = '欧阳若兰'
const CARD = '520102199003077719'
const COMPLAINT = '咳嗽三天,夜里重'
const SITE = '0198b2f0-0000-7000-8000-00000000000a'
const PASSWORD = 'correct horse battery'

const person = (id: string): Account => ({ id, display_name: '', roles: ['site_assistant'], permissions: [], locale: 'zh', synthetic: true, second_factor: true, needs_second_factor: false })
const keyFor = (letter: string): string => btoa(letter.repeat(32))
const station = (letter: string): StationOut => ({
  state: 'ready',
  site: { id: SITE, name: { zh: '站', en: 'Site' }, kind: 'drugstore' },
  device: { id: 'd', label: 'counter' },
  me: { name: '店员' },
  pin_set: true,
  open_now: true,
  hours_today: [],
  store: { key: keyFor(letter), key_id: letter },
  consents: [],
  server_time: new Date().toISOString(),
})
const form = (name = NAME): WalkInForm => ({ name, id_number: CARD, locale: 'zh', card_by: 'typed', complaint: COMPLAINT, consents: [] })
const capture = (id: string, name = NAME): Capture => ({
  id,
  form: form(name),
  readings: [{ id: `${id}-r`, kind: 'temperature', values: { temperature: 38.4 }, unit: 'Cel', measured_at: '2026-01-02T03:04:05Z' }],
  pictures: [{ id: `${id}-p`, file: new Blob([`picture of ${NAME}`]) }],
})
/** As `signIn` by password, then `GET /site/station`. */
async function signIn(who: string, password = PASSWORD): Promise<ReturnType<typeof useSiteStore>> {
  assumeSession(person(who))
  await noteSignIn(password)
  return openStore(station(who))
}
/** Kept and not brought to the house, and the page opened anew. */
async function put(one: Capture): Promise<void> {
  await keep(one)
  await openStore(station(useSiteStore().opened.value?.staff ?? ''))
}
/** Every byte that lies in the database, as text and as UTF-16. */
async function everything(): Promise<string> {
  const shelf = await theShelf()
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (value instanceof ArrayBuffer) found.push(new TextDecoder().decode(value))
    else if (ArrayBuffer.isView(value)) found.push(new TextDecoder().decode(value))
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk)
    else found.push(String(value))
  }
  for (const name of shelf.objectStoreNames) for (const one of await shelf.getAll(name)) walk(one)
  return found.join('\n')
}

beforeEach(() => {
  countRounds(10)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')))
})
afterEach(async () => {
  await useSiteStore().lock()
  forgetSession()
  const shelf = await theShelf()
  for (const name of shelf.objectStoreNames) await shelf.clear(name)
  vi.unstubAllGlobals()
})

describe('what is kept on a device', () => {
  it('is read by whoever wrote it, and stands on the disk in no readable form', async () => {
    const store = await signIn('a')
    await put(capture('w1'))
    expect(store.pending.value).toMatchObject([{ id: 'w1', form: { name: NAME }, registered: false, troubles: [] }])
    const [kept = ''] = store.pending.value[0]?.pictures ?? []
    expect(await (await store.picture(kept))?.text()).toBe(`picture of ${NAME}`)
    const disk = await everything()
    for (const word of [NAME, CARD, COMPLAINT, 'picture of', PASSWORD, keyFor('a'), '店员', '38.4']) expect(disk).not.toContain(word)
  })
  it('is counted and not read by another assistant', async () => {
    const first = await signIn('a')
    await put(capture('w1'))
    await first.lock()
    const second = await signIn('b')
    expect(second.pending.value).toEqual([])
    expect(second.sealed.value).toMatchObject({ mine: 0, others: 1, damaged: 0 })
    expect(second.sealed.value.oldest_at).toBeGreaterThan(0)
    await put(capture('w2'))
    expect(second.sealed.value).toMatchObject({ mine: 1, others: 1 })
  })
  it('does not open in the place of another record, nor under another name', async () => {
    const store = await signIn('a')
    await put(capture('w1'))
    await put(capture('w2', '司马青'))
    await store.lock()
    const shelf = await theShelf()
    const [one, two] = [await shelf.get('captures', 'w1'), await shelf.get('captures', 'w2')]
    if (!one || !two) throw new Error('nothing was kept')
    await shelf.put('captures', { ...one, iv: two.iv, sealed: two.sealed })
    await signIn('a')
    expect(store.pending.value.map(({ id }) => id)).toEqual(['w2'])
    expect(store.sealed.value).toMatchObject({ mine: 1, damaged: 1 })
    await shelf.put('captures', { ...two, staff: 'b' })
    await signIn('b')
    expect(store.pending.value).toEqual([])
  })
  it('stays when the assistant leaves, and cannot be read then', async () => {
    const store = await signIn('a')
    await put(capture('w1'))
    await store.lock()
    expect(store.pending.value).toEqual([])
    expect(store.sealed.value).toMatchObject({ mine: 1 })
    await expect(put(capture('w2'))).rejects.toThrow()
    await expect(store.picture('w1')).rejects.toThrow()
  })
  it('saved once more sends no picture twice that is up already, and none that was taken out', async () => {
    await signIn('a')
    await put(capture('w1'))
    const kept = await read('w1')
    if (!kept) throw new Error('nothing was kept')
    await note({ ...kept, pictures_sent: { 'w1-p': 'file', gone: 'another' } })
    await put({ ...capture('w1'), pictures: [...capture('w1').pictures, { id: 'new', file: new Blob(['x']) }] })
    expect(await read('w1')).toMatchObject({ pictures: ['w1-p', 'new'] })
    expect((await read('w1'))?.pictures_sent).toEqual({ 'w1-p': 'file' })
  })
  it('has a fresh IV each time it is written', async () => {
    await signIn('a')
    const seen = new Set<string>()
    for (let n = 0; n < 3; n += 1) {
      await put(capture('w1'))
      seen.add(String((await (await theShelf()).get('captures', 'w1'))?.iv))
    }
    expect(seen.size).toBe(3)
    expect(await (await theShelf()).count('pictures')).toBe(1)
  })
})

describe('a page that opens without a line', () => {
  it('asks a guesser for a lot of work', () => expect(ROUNDS).toBeGreaterThanOrEqual(600_000))
  it('is opened by the password of the last sign-in, with the station as it was', async () => {
    const store = await signIn('a')
    await put(capture('w1'))
    await store.lock()
    forgetSession()
    expect(await store.unlock(PASSWORD)).toMatchObject({ state: 'open', opened: { staff: 'a', name: '店员', station: { store: null, site: { id: SITE } } } })
    expect(store.pending.value).toHaveLength(1)
  })
  it('finds the right one of two assistants by the password alone', async () => {
    await signIn('a', 'password of a')
    const store = await signIn('b', 'password of b')
    await store.lock()
    expect(await store.unlock('password of a')).toMatchObject({ state: 'open', opened: { staff: 'a' } })
  })
  it('is slower with every wrong password, and begins at nought after a right one', async () => {
    const store = await signIn('a')
    await store.lock()
    expect(await store.unlock('wrong')).toMatchObject({ state: 'wrong', tries: 1 })
    expect(await store.unlock('wrong')).toMatchObject({ state: 'wrong', tries: 2 })
    const third = await store.unlock('wrong')
    expect(third).toMatchObject({ state: 'wrong', tries: 3 })
    expect('until' in third && third.until).toBeGreaterThan(Date.now())
    // Even the right one waits, and is not tried.
    expect(await store.unlock(PASSWORD)).toMatchObject({ state: 'wait', tries: 3 })
    vi.setSystemTime(Date.now() + 10_000)
    expect(await store.unlock(PASSWORD)).toMatchObject({ state: 'open' })
    vi.useRealTimers()
    await store.lock()
    expect(await store.unlock('wrong')).toMatchObject({ tries: 1 })
  })
  it('has nothing to open where nobody signed in by a password', async () => {
    assumeSession(person('a'))
    const store = await openStore(station('a'))
    await store.lock()
    expect(await store.unlock(PASSWORD)).toEqual({ state: 'nothing' })
  })
  it('does not open for somebody who is not of this site any more', async () => {
    const store = await signIn('a')
    await store.lock()
    await openStore({ ...station('a'), state: 'not_staff', store: null })
    expect(await store.unlock(PASSWORD)).toEqual({ state: 'nothing' })
  })
})
