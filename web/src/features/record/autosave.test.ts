import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { complete, type RecordFields } from './draft'
import { Autosave, type SaveAnswer, type Stored } from './autosave'

const PAUSE = 800

function stored(revision: number, fields: Partial<RecordFields> = {}): Stored {
  return { fields: complete(fields), revision, saved_at: '2026-11-22T04:00:00Z' }
}

function saved(revision: number): SaveAnswer {
  return { kind: 'saved', revision, saved_at: '2026-11-22T04:00:01Z' }
}

function start(answers: SaveAnswer[]) {
  const calls: { fields: RecordFields; revision: number }[] = []
  const save = (fields: RecordFields, revision: number): Promise<SaveAnswer> => {
    calls.push({ fields, revision })
    const answer = answers.shift()
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('one save too many'))
  }
  const draft = new Autosave({ save, pauseMs: PAUSE, retryMs: 4000 })
  draft.load(stored(3, { advice: 'rest' }))
  const type = (change: Partial<RecordFields>) => {
    draft.edit({ ...draft.fields.value, ...change })
  }
  return { draft, calls, type }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('autosave', () => {
  it('saves once after the doctor pauses, not at every key', async () => {
    const { draft, calls, type } = start([saved(4)])
    type({ advice: 'r' })
    await vi.advanceTimersByTimeAsync(PAUSE - 1)
    type({ advice: 'rest and drink' })
    expect(draft.state.value).toBe('dirty')
    await vi.advanceTimersByTimeAsync(PAUSE)
    expect(calls.map((call) => [call.fields.advice, call.revision])).toEqual([['rest and drink', 3]])
    expect(draft.state.value).toBe('saved')
    expect(draft.savedAt.value).toBe('2026-11-22T04:00:01Z')
  })

  it('saves what was typed during a save with the revision that save gave', async () => {
    const { draft, calls, type } = start([saved(4), saved(5)])
    type({ advice: 'one' })
    const first = draft.flush()
    type({ advice: 'two' })
    await first
    expect(draft.state.value).toBe('dirty')
    await vi.advanceTimersByTimeAsync(PAUSE)
    expect(calls.map((call) => [call.fields.advice, call.revision])).toEqual([
      ['one', 3],
      ['two', 4],
    ])
  })

  it('a flush during a save ends only when the newest words are stored', async () => {
    const { draft, calls, type } = start([saved(4), saved(5)])
    type({ advice: 'one' })
    void draft.flush()
    type({ advice: 'two' })
    expect(await draft.flush()).toBe(true)
    expect(calls.at(-1)?.fields.advice).toBe('two')
    expect(draft.state.value).toBe('saved')
  })

  it('brings together edits of different fields without asking', async () => {
    const theirs = stored(7, { advice: 'rest', findings: 'throat red' })
    const { draft, calls, type } = start([{ kind: 'changed', stored: theirs }, saved(8)])
    type({ advice: 'rest and drink' })
    expect(await draft.flush()).toBe(true)
    expect(draft.conflict.value).toBeNull()
    expect(draft.fields.value).toMatchObject({ advice: 'rest and drink', findings: 'throat red' })
    expect(calls.at(-1)?.revision).toBe(7)
  })

  it('asks when both sides changed one field, and stops saving until the doctor chose', async () => {
    const theirs = stored(7, { advice: 'go to hospital' })
    const { draft, calls, type } = start([{ kind: 'changed', stored: theirs }])
    type({ advice: 'rest and drink' })
    expect(await draft.flush()).toBe(false)
    expect(draft.state.value).toBe('conflict')
    expect(draft.conflict.value?.fields).toEqual(['advice'])
    type({ findings: 'still typing' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
  })

  it('keeps mine over theirs when the doctor says so', async () => {
    const theirs = stored(7, { advice: 'go to hospital' })
    const { draft, calls, type } = start([{ kind: 'changed', stored: theirs }, saved(8)])
    type({ advice: 'rest and drink' })
    await draft.flush()
    expect(await draft.choose('mine')).toBe(true)
    expect(calls.at(-1)).toMatchObject({ revision: 7, fields: { advice: 'rest and drink' } })
  })

  it('takes theirs and keeps my other fields', async () => {
    const theirs = stored(7, { advice: 'go to hospital' })
    const { draft, calls, type } = start([{ kind: 'changed', stored: theirs }, saved(8)])
    type({ advice: 'rest and drink', findings: 'mine' })
    await draft.flush()
    expect(await draft.choose('theirs')).toBe(true)
    expect(calls.at(-1)?.fields).toMatchObject({ advice: 'go to hospital', findings: 'mine' })
  })

  it('tries again by itself after the line was gone, and loses no word', async () => {
    const { draft, calls, type } = start([{ kind: 'failed' }, saved(4)])
    type({ advice: 'rest and drink' })
    expect(await draft.flush()).toBe(false)
    expect(draft.state.value).toBe('failed')
    expect(draft.isUnsaved).toBe(true)
    await vi.advanceTimersByTimeAsync(4000)
    expect(calls).toHaveLength(2)
    expect(draft.state.value).toBe('saved')
  })

  it('does not save an unchanged record', async () => {
    const { draft, calls, type } = start([])
    type({ advice: 'rest' })
    expect(await draft.flush()).toBe(true)
    expect(calls).toHaveLength(0)
  })

  it('says closed when the visit no longer takes a draft', async () => {
    const { draft, type } = start([{ kind: 'closed' }])
    type({ advice: 'too late' })
    expect(await draft.flush()).toBe(false)
    expect(draft.state.value).toBe('closed')
  })
})

describe('what the server wrote by itself', () => {
  it('is taken over, and words of here that it has not seen are saved after it', async () => {
    const { draft, calls, type } = start([saved(5)])
    type({ findings: 'red' })
    draft.take(stored(4, { advice: 'rest', past_history: 'none' }))
    expect(draft.fields.value).toMatchObject({ findings: 'red', past_history: 'none', advice: 'rest' })
    await vi.advanceTimersByTimeAsync(PAUSE)
    expect(calls.map((call) => [call.fields.findings, call.fields.past_history, call.revision])).toEqual([['red', 'none', 4]])
  })

  it('leaves nothing to save where nothing was written here', async () => {
    const { draft, calls } = start([])
    draft.take(stored(4, { advice: 'rest and drink' }))
    await vi.advanceTimersByTimeAsync(PAUSE)
    expect([draft.fields.value.advice, draft.state.value, calls.length]).toEqual(['rest and drink', 'saved', 0])
  })
})
