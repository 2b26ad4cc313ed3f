import 'fake-indexeddb/auto'

import { afterEach, describe, expect, it } from 'vitest'

import { theStore } from '@/shared/live/store'
import { theShelf } from '@/shared/offline/shelf'

import { rememberLocaleOfStaff, wipeScreen } from './wipe'

afterEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

async function rows(): Promise<number> {
  const store = await theStore()
  const shelf = await theShelf()
  const counts = await Promise.all([store.count('outbox'), store.count('drafts'), store.count('waiting'), shelf.count('threads'), shelf.count('queries'), shelf.count('session')])
  return counts.reduce((sum, n) => sum + n, 0)
}

describe('giving the screen back', () => {
  it('leaves nothing that a patient wrote or read, whoever it was', async () => {
    const store = await theStore()
    await store.add('outbox', { owner: 'a', client_id: 'x', consultation: 'c', kind: 'text', body: { text: '头晕' } } as never)
    await store.put('drafts', { owner: 'b', consultation: 'c', words: '头晕' })
    const shelf = await theShelf()
    await shelf.put('threads', { owner: 'a', visit: 'c', messages: [{ body: '头晕' }], at: 1 })
    localStorage.setItem('xinglin.answers.i', '{"answers":{}}')
    sessionStorage.setItem('xinglin.call.mine', '{}')
    sessionStorage.setItem('xinglin.screen.w.chat', '1')
    expect(await rows()).toBe(3)
    await wipeScreen()
    expect(await rows()).toBe(0)
    expect([...Object.keys(localStorage), ...Object.keys(sessionStorage)]).toEqual([])
  })

  it('leaves what belongs to the device, and the language of its staff', async () => {
    localStorage.setItem('xinglin.locale', 'zh')
    localStorage.setItem('xinglin.call.devices', '{}')
    localStorage.setItem('xinglin.site.sealed', '…')
    rememberLocaleOfStaff()
    localStorage.setItem('xinglin.locale', 'en')
    rememberLocaleOfStaff()
    await wipeScreen()
    expect(localStorage.getItem('xinglin.locale')).toBe('zh')
    expect(localStorage.getItem('xinglin.call.devices')).toBe('{}')
    expect(localStorage.getItem('xinglin.site.sealed')).toBe('…')
    expect(sessionStorage.length).toBe(0)
  })
})
