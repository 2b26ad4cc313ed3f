import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { wipe } from '@/shared/live/fakes'
import { useSession } from '@/shared/api/session'

import { dropAmendment, hasAmendment, openAmendment, restoreAmendment } from './amendment'
import { Autosave, type SaveAnswer } from './autosave'
import { complete } from './draft'
import { keepDraft, keptAmendment, keptDraft } from './keeping'

const fields = (advice: string, findings = '') => complete({ advice, findings })
const stored = (advice: string, revision: number) => ({ fields: fields(advice), revision, saved_at: null })

beforeEach(() => {
  wipe()
  useSession().account.value = { id: 'doctor-1' } as never
})
afterEach(() => void (useSession().account.value = null))

describe('words of a record that never reached the server', () => {
  const failing = () => new Autosave({ save: () => Promise.resolve<SaveAnswer>({ kind: 'failed' }), pauseMs: 1, retryMs: 10_000 })

  it('are kept on the device until it has them', async () => {
    const draft = failing()
    draft.load(stored('rest', 3))
    const stop = keepDraft('v1', draft)
    draft.edit(fields('rest and drink'))
    await vi.waitUntil(async () => (await keptDraft('v1'))?.fields.advice === 'rest and drink')
    expect((await keptDraft('v1'))?.base.advice).toBe('rest')
    draft.load(stored('rest and drink', 4))
    await vi.waitUntil(async () => (await keptDraft('v1')) === null)
    stop()
  })

  it('are another account\'s business no more than before', async () => {
    const draft = failing()
    draft.load(stored('rest', 3))
    keepDraft('v2', draft)
    draft.edit(fields('secret'))
    await vi.waitUntil(async () => (await keptDraft('v2')) !== null)
    useSession().account.value = { id: 'doctor-2' } as never
    expect(await keptDraft('v2')).toBeNull()
  })

  it('come together with what was saved elsewhere meanwhile', () => {
    const draft = failing()
    draft.load({ fields: fields('rest', 'red'), revision: 5, saved_at: null })
    draft.restore({ base: fields('rest'), fields: fields('rest and drink') })
    expect([draft.fields.value.advice, draft.fields.value.findings, draft.state.value]).toEqual(['rest and drink', 'red', 'dirty'])
    draft.stop()
  })

  it('ask the doctor when both wrote into one field', () => {
    const draft = failing()
    draft.load(stored('sleep', 5))
    draft.restore({ base: fields('rest'), fields: fields('drink') })
    expect([draft.state.value, draft.conflict.value?.theirs.fields.advice, draft.fields.value.advice]).toEqual(['conflict', 'sleep', 'drink'])
  })

  it('do not come over what is being written now', () => {
    const draft = failing()
    draft.load(stored('rest', 5))
    draft.edit(fields('new words'))
    draft.restore({ base: fields('rest'), fields: fields('old words') })
    expect(draft.fields.value.advice).toBe('new words')
    draft.stop()
  })

  it('are told apart from what was saved, once the draft is closed', async () => {
    const draft = new Autosave({ save: () => Promise.resolve<SaveAnswer>({ kind: 'closed' }), pauseMs: 1 })
    draft.load(stored('rest', 5))
    draft.edit(fields('too late'))
    expect(await draft.flush()).toBe(false)
    expect(draft.isUnsent).toBe(true)
  })
})

describe('an amendment', () => {
  it('outlives a reload, and is gone when it is signed or given up', async () => {
    const amendment = openAmendment('v9', fields('rest'))
    amendment.reason = 'typing error'
    await vi.waitUntil(async () => (await keptAmendment('v9'))?.reason === 'typing error')
    dropAmendment('v9')
    await vi.waitUntil(async () => (await keptAmendment('v9')) === null)
    expect([hasAmendment('v9'), await restoreAmendment('v9')]).toEqual([false, false])
  })
})
