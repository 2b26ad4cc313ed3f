import 'fake-indexeddb/auto'

import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'

import { assumeSession, forgetSession, type Account } from '../api/session'
import { useKeptForm, type Kept } from './keptForm'
import { onShelf } from './shelf'

interface Person {
  name: string
  number: string
  papers: string[]
}
const person = (id: string): Account => ({ id, display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })
const scopes: ReturnType<typeof effectScope>[] = []

async function open(owner: string): Promise<Kept<Person>> {
  assumeSession(person(owner))
  const scope = effectScope()
  scopes.push(scope)
  const kept = scope.run(() => useKeptForm<Person>('register', { name: '', number: '', papers: [] }))
  if (!kept) throw new Error('the scope has ended')
  await kept.ready
  return kept
}
async function type(kept: Kept<Person>, name: string): Promise<void> {
  kept.form.name = name
  kept.form.papers = ['a']
  await nextTick()
  await vi.waitUntil(async () => (await onShelf((shelf) => shelf.count('forms'))) === 1)
}
afterEach(async () => {
  for (const scope of scopes.splice(0)) scope.stop()
  forgetSession()
  await onShelf((shelf) => shelf.clear('forms'))
})

describe('a form that is kept', () => {
  it('is there again after the page is gone, for the one who wrote it', async () => {
    await type(await open('li'), '陈')
    expect((await open('li')).form).toEqual({ name: '陈', number: '', papers: ['a'] })
    expect((await open('wang')).form.name).toBe('')
  })
  it('goes when the server has it', async () => {
    const kept = await open('li')
    await type(kept, '陈')
    kept.forget()
    await vi.waitUntil(async () => (await onShelf((shelf) => shelf.count('forms'))) === 0)
    expect((await open('li')).form.name).toBe('')
  })
})
