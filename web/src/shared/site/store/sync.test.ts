import 'fake-indexeddb/auto'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '../../api/problem'
import { assumeSession, forgetSession, type Account } from '../../api/session'
import type { StationOut, WalkInOut } from '../types'
import { keep } from './captures'
import { openStore, useSiteStore } from './index'
import { theShelf } from './shelves'
import type { Doors } from './send'
import { bringAll } from './sync'

const person = (id: string): Account => ({ id, display_name: '', roles: ['site_assistant'], permissions: [], locale: 'zh', synthetic: true, second_factor: true, needs_second_factor: false })
const station = {
  state: 'ready',
  site: { id: '0198b2f0-0000-7000-8000-00000000000a', name: { zh: '站', en: 'Site' }, kind: 'drugstore' },
  me: { name: '店员' },
  store: { key: btoa('k'.repeat(32)), key_id: 'k' },
  server_time: new Date().toISOString(),
} as unknown as StationOut
const form = { name: '李', id_number: '1', locale: 'zh', card_by: 'typed' as const, complaint: '咳', consents: [] }

/** A house in which `who` is signed in. */
function houseOf(who: string | null, faulty: string | null = null) {
  const arrived: string[] = []
  const nothing = (): Promise<never[]> => Promise.resolve([])
  const doors: Doors = {
    whose: () => Promise.resolve(who),
    register: (id) => {
      if (id === faulty) return Promise.reject(new ApiProblem({ status: 500, code: 'fault', text: { zh: '', en: '' } }))
      arrived.push(id)
      return Promise.resolve({ id } as WalkInOut)
    },
    reading: nothing,
    picturesOf: nothing,
    setPictures: nothing,
    upload: () => Promise.resolve('f'),
    isReady: () => Promise.resolve(true),
    now: () => Promise.resolve(Date.now()),
  }
  return { doors, arrived }
}
async function writeDown(...ids: string[]): Promise<void> {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')))
  assumeSession(person('b'))
  await openStore(station)
  for (const id of ids) await keep({ id, form, readings: [], pictures: [] })
}

afterEach(async () => {
  await useSiteStore().lock()
  forgetSession()
  const shelf = await theShelf()
  for (const name of shelf.objectStoreNames) await shelf.clear(name)
  vi.unstubAllGlobals()
})

describe('what is kept goes to the house', () => {
  it('past one with which the house can do nothing', async () => {
    await writeDown('w1', 'w2')
    const { doors, arrived } = houseOf('b', 'w1')
    expect(await bringAll(doors)).toMatchObject({ sent: 1, left: 1, stuck: 1, stopped: null })
    expect(arrived).toEqual(['w2'])
  })
  it('only under the name of whoever wrote it', async () => {
    await writeDown('w1')
    for (const other of ['a', null]) {
      const { doors, arrived } = houseOf(other)
      expect(await bringAll(doors)).toMatchObject({ sent: 0, left: 1, stuck: 0, stopped: 'sign_in' })
      expect(arrived).toEqual([])
    }
    expect(await bringAll(houseOf('b').doors)).toMatchObject({ sent: 1, left: 0, stopped: null })
  })
})
