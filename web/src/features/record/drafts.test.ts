import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useSession } from '@/shared/api/session'

import { complete } from './draft'
import { leaveDesk, openDesk } from './drafts'

const OPENED = { fields: complete({ advice: 'rest' }), revision: 1, saved_at: null }

function answer(status: number, body: unknown): void {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status })))
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a draft left for another patient', () => {
  it('is saved on leaving, and read anew on coming back', async () => {
    answer(200, { revision: 2, saved_at: '2026-11-22T04:00:00Z' })
    const { desk } = openDesk('v1')
    desk.draft.load(OPENED)
    desk.draft.edit(complete({ advice: 'rest and drink' }))
    await leaveDesk(desk)
    expect(desk.draft.isUnsaved).toBe(false)
    expect(openDesk('v1').isNew).toBe(true)
  })

  it('keeps words that could not be saved', async () => {
    answer(400, { code: 'odd', text: { zh: '', en: '' } })
    const { desk } = openDesk('v2')
    desk.draft.load(OPENED)
    desk.draft.edit(complete({ advice: 'rest and drink' }))
    await leaveDesk(desk)
    const back = openDesk('v2')
    expect(back.isNew).toBe(false)
    expect(back.desk.draft.fields.value.advice).toBe('rest and drink')
  })

  it('is given up when the visit is no longer this doctor\'s', async () => {
    answer(404, { code: 'not_found', text: { zh: '', en: '' } })
    const { desk } = openDesk('v3')
    desk.draft.load(OPENED)
    desk.draft.edit(complete({ advice: 'too late' }))
    await leaveDesk(desk)
    expect(desk.draft.state.value).toBe('closed')
    expect(openDesk('v3').isNew).toBe(true)
  })

  it('waits for the one who wrote it, whoever signs in on the same page meanwhile', async () => {
    const asked = vi.fn()
    vi.stubGlobal('fetch', asked)
    const { desk } = openDesk('v5')
    desk.draft.load(OPENED)
    desk.draft.edit(complete({ advice: 'of the first doctor' }))
    useSession().account.value = { id: 'doctor-2' } as never
    await leaveDesk(desk)
    const other = openDesk('v5')
    useSession().account.value = null
    expect([other.isNew, asked.mock.calls.length, desk.draft.isUnsaved]).toEqual([true, 0, true])
    expect(openDesk('v5').desk).toBe(desk)
    desk.draft.stop()
  })

  it('shows what the server refuses about the words themselves', async () => {
    answer(422, { code: 'invalid', text: { zh: '太长', en: 'too long' } })
    const { desk } = openDesk('v4')
    desk.draft.load(OPENED)
    desk.draft.edit(complete({ advice: 'x'.repeat(5000) }))
    expect(await desk.draft.flush()).toBe(false)
    expect(desk.problem.value?.text.en).toBe('too long')
  })
})
