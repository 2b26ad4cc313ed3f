import { nextTick, ref, shallowRef } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { nextOf, useTabs } from './tabs'
import type { OpenVisit } from './useVisits'

const visit = (id: string, seq = 1, more: Partial<OpenVisit> = {}): OpenVisit =>
  ({ id, visit: { last_seq: seq }, thread: undefined, since: null, unread: 0, deadline: null, ...more }) as unknown as OpenVisit
const ids = (tabs: { value: readonly OpenVisit[] }): string[] => tabs.value.map((one) => one.id)

beforeEach(() => localStorage.clear())

describe('the tabs of the open chats', () => {
  it('stand as the visits do, the oldest waiting first', () => {
    const { tabs } = useTabs(shallowRef([visit('b'), visit('a')]), ref(null), ref(false))
    expect(ids(tabs)).toEqual(['b', 'a'])
  })

  it('stand still while somebody aims at them; who is new comes last', () => {
    const open = shallowRef([visit('a'), visit('b')])
    const isHeld = ref(false)
    const { tabs } = useTabs(open, ref(null), isHeld)
    expect(ids(tabs)).toEqual(['a', 'b'])
    isHeld.value = true
    open.value = [visit('c'), visit('b'), visit('a')]
    expect(ids(tabs)).toEqual(['a', 'b', 'c'])
    isHeld.value = false
    expect(ids(tabs)).toEqual(['c', 'b', 'a'])
  })

  it('close without ending anything, and the next one is chosen', () => {
    const chosen = ref<string | null>('a')
    const { tabs, close } = useTabs(shallowRef([visit('a'), visit('b'), visit('c')]), chosen, ref(false))
    chosen.value = close('a')
    expect([ids(tabs), chosen.value]).toEqual([['b', 'c'], 'b'])
    expect(close('c')).toBe('b')
    chosen.value = close('b')
    expect([ids(tabs), chosen.value]).toEqual([[], null])
  })

  it('come back with the next message, when chosen again, and stay closed over a reload', async () => {
    const open = shallowRef([visit('a'), visit('b')])
    useTabs(open, ref(null), ref(false)).close('a')
    const chosen = ref<string | null>(null)
    const { tabs } = useTabs(open, chosen, ref(false))
    expect(ids(tabs)).toEqual(['b'])
    open.value = [visit('a', 2), visit('b')]
    expect(ids(tabs)).toEqual(['a', 'b'])
    open.value = [visit('a'), visit('b')]
    chosen.value = 'a'
    await nextTick()
    chosen.value = null
    expect(ids(tabs)).toEqual(['a', 'b'])
  })
})

describe('the next one', () => {
  const all = ['a', 'b', 'c'].map((id) => visit(id, 1, { unread: id === 'b' ? 0 : 1 }))
  it('is looked for around the end, and is never the one that is chosen', () => {
    const wants = (one: OpenVisit): boolean => one.unread > 0
    expect(nextOf(all, null, wants)?.id).toBe('a')
    expect(nextOf(all, 'a', wants)?.id).toBe('c')
    expect(nextOf(all, 'c', wants)?.id).toBe('a')
    expect(nextOf([], 'c', wants)).toBeUndefined()
  })
})
