import { beforeEach, describe, expect, it } from 'vitest'

import { ApiProblem, offline } from '../../api/problem'
import type { WalkInForm, WalkInOut } from '../types'
import type { Kept } from './captures'
import { complete, register, Stopped, type Doors, type Keeping } from './send'

const WORDS = { zh: '请核对', en: 'Please check' }
const problem = (status: number, code: string, more: object = {}): ApiProblem => new ApiProblem({ status, code, text: WORDS, ...more })
const FORM: WalkInForm = { name: '李', id_number: '1', locale: 'zh', card_by: 'typed', complaint: '咳', consents: [] }

/** A house that can lose its answers. */
class House implements Doors {
  walkIns = new Map<string, WalkInForm>()
  readings = new Map<string, unknown>()
  pictures = new Map<string, string[]>()
  uploads = new Map<string, string>()
  calls: string[] = []
  /** These calls arrive, and their answer does not. */
  lost = new Set<number>()
  refusals = new Map<string, ApiProblem>()
  ready = true

  private async answer<T>(what: string, act: () => T): Promise<T> {
    this.calls.push(what)
    const refusal = this.refusals.get(what)
    if (refusal) throw refusal
    const made = act()
    if (this.lost.has(this.calls.length)) throw offline()
    return Promise.resolve(made)
  }
  register = (id: string, form: WalkInForm) =>
    this.answer('register', () => {
      const there = this.walkIns.get(id)
      if (there && JSON.stringify(there) !== JSON.stringify(form)) throw problem(409, 'walk_in_differs')
      this.walkIns.set(id, form)
      return { id } as WalkInOut
    })
  reading = (walkIn: string, id: string, form: { measured_at: string }) => this.answer(`reading ${id}`, () => this.readings.set(`${walkIn}/${id}`, form))
  picturesOf = (walkIn: string) => this.answer('pictures of', () => this.pictures.get(walkIn) ?? [])
  setPictures = (walkIn: string, ids: string[]) => this.answer('set pictures', () => this.pictures.set(walkIn, ids))
  upload = (_file: Blob, key: string) =>
    this.answer(`upload ${key}`, () => {
      const id = this.uploads.get(key) ?? `file-${this.uploads.size}`
      this.uploads.set(key, id)
      return id
    })
  whose = () => Promise.resolve('a')
  now = () => Promise.resolve(Date.parse('2026-01-02T05:00:00Z'))
  isReady = () => Promise.resolve(this.ready)
}

let house: House
let disk: Kept
const keeping: Keeping = {
  note: (kept) => Promise.resolve(void (disk = structuredClone(kept))),
  picture: (id) => Promise.resolve(id === 'gone' ? null : new Blob(['x'])),
}
const reading = (id: string) => ({ id, kind: 'temperature' as const, values: { temperature: 38 }, unit: 'Cel' as const, measured_at: '2026-01-02T03:04:05Z' })
const kept = (more: Partial<Kept> = {}): Kept => ({
  id: 'w', walk_in_id: 'w', form: FORM, readings: [reading('r1'), reading('r2')], pictures: ['p1', 'p2'], captured_at: '2026-01-02T03:00:00Z',
  registered: false, troubles: [], tried: false, readings_sent: [], pictures_sent: {}, ...more,
})
/** As a page that dies with every lost answer and begins anew from what is on the disk. */
async function bringFromDisk(isNew = false): Promise<boolean> {
  const found = structuredClone(disk)
  try {
    await register(found, house, keeping, isNew)
    return await complete(found, house, keeping)
  } catch (error) {
    if (error instanceof Stopped) return false
    throw error
  }
}
beforeEach(() => {
  house = new House()
  disk = kept()
})

describe('a capture', () => {
  it('arrives once, whichever answer is lost on the way', async () => {
    for (let lost = 1; lost <= 8; lost += 1) {
      house = new House()
      house.lost = new Set([lost])
      disk = kept()
      let done = await bringFromDisk(true)
      for (let tries = 0; !done && tries < 3; tries += 1) done = await bringFromDisk()
      expect(done, `answer ${lost}`).toBe(true)
      expect([...house.walkIns.keys()]).toEqual(['w'])
      expect([...house.readings.keys()]).toEqual(['w/r1', 'w/r2'])
      expect(house.pictures.get('w')).toEqual(['file-0', 'file-1'])
      expect(house.uploads.size).toBe(2)
    }
  })
  it('says when it was written down only if it waited', async () => {
    await bringFromDisk(true)
    expect(house.walkIns.get('w')?.captured_at).toBeUndefined()
    house = new House()
    disk = kept()
    await bringFromDisk()
    expect(house.walkIns.get('w')?.captured_at).toBe('2026-01-02T03:00:00Z')
  })
  it('was not written down later than now, whatever the device’s clock says', async () => {
    disk = kept({ captured_at: '2026-01-02T07:00:00Z' })
    await bringFromDisk()
    expect(house.walkIns.get('w')?.captured_at).toBe('2026-01-02T05:00:00.000Z')
  })
  it('measured by a clock that was ahead is told as of now', async () => {
    disk = kept({ readings: [{ ...reading('r1'), measured_at: '2026-01-02T07:00:00Z' }], pictures: [] })
    const put = house.reading
    house.reading = (walkIn, id, form) =>
      Date.parse(form.measured_at) > Date.parse('2026-01-02T05:00:00Z') ? Promise.reject(problem(422, 'invalid', { errors: [{ field: 'measured_at', text: WORDS }] })) : put(walkIn, id, form)
    expect(await bringFromDisk()).toBe(true)
    expect(house.readings.get('w/r1')).toMatchObject({ measured_at: '2026-01-02T05:00:00.000Z' })
  })
  it('asks nothing twice that was answered', async () => {
    house.lost = new Set([3])
    await bringFromDisk()
    await bringFromDisk()
    expect(house.calls.filter((call) => call === 'register')).toHaveLength(1)
    expect(house.calls.filter((call) => call === 'reading r1')).toHaveLength(1)
  })
})

describe('what the house refuses', () => {
  it('waits for a hand with the house’s words, and goes no further', async () => {
    house.refusals.set('register', problem(409, 'already_here', { walk_in_id: 'other' }))
    expect(await bringFromDisk()).toBe(false)
    expect(disk.troubles).toMatchObject([{ step: 'register', code: 'already_here', text: WORDS, walk_in_id: 'other' }])
    house.refusals.clear()
    expect(await bringFromDisk()).toBe(false)
    expect(house.walkIns.size).toBe(0)
  })
  it('of a reading leaves the others and the walk-in as they are', async () => {
    house.refusals.set('reading r1', problem(409, 'unlikely_value'))
    await bringFromDisk()
    expect(disk).toMatchObject({ registered: true, readings_sent: ['r2'], troubles: [{ step: 'reading', what: 'r1', code: 'unlikely_value' }] })
    house.refusals.clear()
    disk = { ...disk, troubles: [] }
    expect(await bringFromDisk()).toBe(true)
    expect(house.calls.filter((call) => call === 'reading r2')).toHaveLength(1)
  })
  it('of a picture that does not open any more is told too', async () => {
    disk = kept({ pictures: ['gone'] })
    await bringFromDisk()
    expect(disk.troubles).toMatchObject([{ step: 'picture', what: 'gone', code: 'picture_unreadable' }])
  })
  it('is no trouble of the capture when the session or the line has ended', async () => {
    for (const status of [0, 401, 429, 502, 503, 504]) {
      house.refusals.set('register', problem(status, 'x'))
      await expect(register(kept(), house, keeping, false)).rejects.toBeInstanceOf(Stopped)
      expect(disk.troubles).toEqual([])
    }
  })
  it('is what the house cannot do with this one, and it waits for a hand', async () => {
    for (const status of [500, 507]) {
      disk = kept()
      house.refusals.set('register', problem(status, 'fault'))
      expect(await bringFromDisk()).toBe(false)
      expect(disk).toMatchObject({ registered: false, troubles: [{ step: 'register', code: 'fault' }] })
    }
  })
  it('as not found is a word on the capture only at a station that is ready', async () => {
    house.refusals.set('register', problem(404, 'not_found'))
    house.ready = false
    await expect(register(kept(), house, keeping, false)).rejects.toBeInstanceOf(Stopped)
    house.ready = true
    await bringFromDisk()
    expect(disk.troubles).toMatchObject([{ code: 'not_found' }])
  })
})

it('pictures that the walk-in has already stay with it', async () => {
  house.pictures.set('w', ['before'])
  await bringFromDisk()
  expect(house.pictures.get('w')).toEqual(['before', 'file-0', 'file-1'])
})
