import 'fake-indexeddb/auto'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, nextTick } from 'vue'

import { assumeSession, forgetSession } from '@/shared/api/session'
import { onShelf } from '@/shared/offline/shelf'

import { UNCOUNTED, formWith, itemOf } from './fixtures'
import type { Draft, Prescription } from './types'
import { useSheet, type Desk } from './useSheet'

const ends: (() => void)[] = []
const draft = (): Draft => ({ ...formWith(), items: [{ ...itemOf(), days: 7, doses: null, quantity: 7, to_confirm: [] }] })
const stored = (revision: number): Prescription & { draft: Draft } => ({ id: 'rx1', revision, state: 'draft', signed: null, draft: draft() }) as unknown as Prescription & { draft: Draft }

/** A sheet on the desk, until it is left. */
function open(revision: number): { desk: Desk; leave: () => Promise<void> } {
  let desk: Desk | null = null
  const app = createApp({
    setup() {
      desk = useSheet(stored(revision), UNCOUNTED)
      return () => null
    },
  })
  app.mount(document.createElement('div'))
  const end = (): void => app.unmount()
  ends.push(end)
  const leave = async (): Promise<void> => {
    ends.splice(ends.indexOf(end), 1)
    end()
    // Behind what was just put there.
    await onShelf((shelf) => shelf.count('forms'))
  }
  return { desk: desk as unknown as Desk, leave }
}

beforeEach(() => {
  assumeSession({ id: 'li', display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no line')))
})
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await onShelf((shelf) => shelf.clear('forms'))
  forgetSession()
  vi.unstubAllGlobals()
})

const REPORT = { hits: [], unknown: [], no_data: [], not_told: [] }
/** A house whose sheet stands at `revision`. */
const house = (revision: number): void =>
  void vi.stubGlobal('fetch', (url: string) => Promise.resolve(Response.json(url.endsWith('/check') ? { report: REPORT, to_answer: [], refusals: [], notes: [] } : { revision })))

it('an answer of the check counts when the sheet is still the one that it was asked of', async () => {
  house(3)
  const { desk } = open(3)
  await vi.waitUntil(() => desk.check.found.value !== null)
  expect([desk.check.found.value?.report, desk.keeper.state.value]).toEqual([REPORT, 'saved'])
})

it('a report is not shown beside a sheet that was changed', async () => {
  house(3)
  const { desk } = open(3)
  await vi.waitUntil(() => desk.checked.value !== null)
  desk.keeper.edit(formWith(itemOf({ dose: '2' })))
  expect(desk.checked.value).toBeNull()
  desk.keeper.edit(formWith(itemOf()))
  expect(desk.checked.value?.report).toEqual(REPORT)
})

it('an answer of the check about what another window saved is none about this sheet', async () => {
  house(4)
  const { desk } = open(3)
  await vi.waitUntil(() => desk.keeper.state.value === 'conflict')
  expect([desk.check.found.value, await desk.check.run()]).toEqual([null, null])
})

it('a conflict that was left unsettled is there again, and is not saved over the other sheet', async () => {
  const first = open(3)
  first.desk.keeper.edit(formWith(itemOf({ dose: '2' })))
  await nextTick()
  await first.leave()

  for (const time of [1, 2]) {
    const { desk, leave } = open(9)
    await vi.waitUntil(() => desk.keeper.state.value !== 'saved')
    expect([time, desk.keeper.state.value, desk.keeper.form.value.items[0]?.dose]).toEqual([time, 'conflict', '2'])
    await nextTick()
    await leave()
  }
})
