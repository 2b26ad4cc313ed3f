import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { UNCOUNTED, formWith, itemOf } from './fixtures'
import { Keeper, type SaveAnswer } from './keeper'
import type { Form } from './sheet'

const saved = (revision: number): SaveAnswer => ({ kind: 'saved', revision, quantities: [7] })

function start(...answers: SaveAnswer[]) {
  const calls: { form: Form; revision: number }[] = []
  const counted: number[][] = []
  const keeper = new Keeper({
    form: formWith(itemOf()),
    revision: 3,
    uncounted: UNCOUNTED,
    save: (form, revision) => {
      calls.push({ form, revision })
      const answer = answers.shift()
      return answer ? Promise.resolve(answer) : Promise.reject(new Error('one save too many'))
    },
    saved: (_, quantities) => counted.push(quantities),
  })
  const dose = (digits: string): void => keeper.edit(formWith(itemOf({ dose: digits })))
  return { keeper, calls, counted, dose }
}
const pause = (): Promise<unknown> => vi.advanceTimersByTimeAsync(900)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a sheet', () => {
  it('is saved once after a pause, over the revision that was seen', async () => {
    const { keeper, calls, counted, dose } = start(saved(4))
    dose('2')
    dose('3')
    expect(keeper.state.value).toBe('dirty')
    await pause()
    expect(calls.map((call) => [call.form.items[0]?.dose, call.revision])).toEqual([['3', 3]])
    expect([keeper.state.value, keeper.revision.value, counted]).toEqual(['saved', 4, [[7]]])
  })

  it('waits for the field that is empty, since half a line cannot be kept', async () => {
    const { keeper, calls, dose } = start(saved(4))
    dose('')
    await pause()
    expect([keeper.state.value, calls.length, keeper.isUnsaved]).toEqual(['unfinished', 0, true])
    dose('2')
    await pause()
    expect(calls).toHaveLength(1)
  })

  it('has nothing to save when it is as before', async () => {
    const { keeper, calls, dose } = start()
    dose('2')
    dose('1')
    await pause()
    expect([keeper.state.value, calls.length]).toEqual(['saved', 0])
  })

  it('tries again after a line that was dead', async () => {
    const { keeper, calls, dose } = start({ kind: 'failed' }, saved(4))
    dose('2')
    await pause()
    expect(keeper.state.value).toBe('failed')
    await vi.advanceTimersByTimeAsync(4100)
    expect([keeper.state.value, calls.length]).toEqual(['saved', 2])
  })

  it('is not sent again as it was refused', async () => {
    const { keeper, calls, dose } = start({ kind: 'refused' })
    dose('2')
    await vi.advanceTimersByTimeAsync(20_000)
    expect([keeper.state.value, calls.length]).toEqual(['refused', 1])
  })

  it('asks which one holds when it was saved elsewhere', async () => {
    const { keeper, calls, dose } = start({ kind: 'changed', revision: 9 }, saved(10))
    dose('2')
    await pause()
    expect(keeper.state.value).toBe('conflict')
    expect(await keeper.flush()).toBe(false)
    keeper.keepMine()
    await pause()
    expect(calls.map((call) => call.revision)).toEqual([3, 9])
    expect(keeper.state.value).toBe('saved')
  })

  it('goes on trying to stand over the other one, also where it says what was saved here before', async () => {
    const { keeper, calls } = start({ kind: 'failed' }, saved(10))
    keeper.overtaken(9)
    expect([keeper.state.value, keeper.isUnsaved, await keeper.flush()]).toEqual(['conflict', true, false])
    keeper.keepMine()
    await pause()
    expect(keeper.state.value).toBe('failed')
    expect(await keeper.flush()).toBe(true)
    expect([keeper.state.value, calls.map((call) => call.revision)]).toEqual(['saved', [9, 9]])
  })

  it('is no newer than the words of an earlier page before these are chosen', async () => {
    const { keeper, calls } = start(saved(4))
    keeper.meet(formWith(itemOf({ dose: '2' })), 2, 3)
    expect([keeper.state.value, keeper.revision.value]).toEqual(['conflict', 2])
    keeper.edit(formWith(itemOf({ dose: '5' })))
    await pause()
    expect([keeper.state.value, keeper.revision.value, calls.length]).toEqual(['conflict', 2, 0])
    keeper.keepMine()
    await pause()
    expect(calls.map((call) => [call.form.items[0]?.dose, call.revision])).toEqual([['5', 3]])
  })

  it('saves what was written while it was being saved', async () => {
    const { keeper, calls, dose } = start(saved(4), saved(5))
    dose('2')
    const first = keeper.flush()
    dose('4')
    await first
    await pause()
    expect(calls.map((call) => [call.form.items[0]?.dose, call.revision])).toEqual([
      ['2', 3],
      ['4', 4],
    ])
    expect(keeper.state.value).toBe('saved')
  })

  it('saves what was written while other words were refused', async () => {
    const { keeper, calls, dose } = start({ kind: 'refused' }, saved(4))
    dose('2')
    const first = keeper.flush()
    dose('4')
    expect(await first).toBe(false)
    expect(keeper.state.value).toBe('dirty')
    await pause()
    expect([keeper.state.value, calls.map((call) => call.form.items[0]?.dose)]).toEqual(['saved', ['2', '4']])
  })

  it('is on the server for whoever asks while it is being saved, with what was written meanwhile', async () => {
    const { keeper, calls, dose } = start(saved(4), saved(5))
    dose('2')
    void keeper.flush()
    dose('4')
    expect(await keeper.flush()).toBe(true)
    expect([keeper.state.value, calls.length]).toEqual(['saved', 2])
  })

  it('that was copied and never saved can be as before again', () => {
    const keeper = new Keeper({ form: formWith(itemOf()), revision: 0, uncounted: UNCOUNTED, save: () => Promise.reject(new Error('none')), saved: () => undefined })
    keeper.edit(formWith(itemOf({ dose: '2' })))
    keeper.edit(formWith(itemOf()))
    expect(keeper.state.value).toBe('saved')
  })

  it('is left as it is once it may no longer be changed', async () => {
    const { keeper, calls, dose } = start({ kind: 'closed' })
    dose('2')
    await pause()
    dose('3')
    await pause()
    expect([keeper.state.value, calls.length]).toEqual(['closed', 1])
  })
})
