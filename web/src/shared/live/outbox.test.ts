import { beforeEach, describe, expect, it } from 'vitest'

import { Outbox } from './outbox'
import type { Outgoing } from './protocol'

const item = (client_id: string, written_at = '2026-11-20T08:00:00Z', consultation = 'c1'): Outgoing => ({
  consultation,
  client_id,
  kind: 'text',
  body: { text: client_id },
  written_at,
})
const ids = (items: Outgoing[]): string[] => items.map((i) => i.client_id)

describe('an outbox', () => {
  beforeEach(() => localStorage.clear())

  it('gives back the oldest first, of one consultation or of all', () => {
    const box = new Outbox('ann')
    box.put(item('b', '2026-11-20T08:00:02Z'))
    box.put(item('a', '2026-11-20T08:00:01Z'))
    box.put(item('x', '2026-11-20T08:00:00Z', 'c2'))
    expect(ids(box.all('c1'))).toEqual(['a', 'b'])
    expect(ids(box.all())).toEqual(['x', 'a', 'b'])
  })

  it('holds what two tabs put there at the same time', () => {
    const [one, two] = [new Outbox('ann'), new Outbox('ann')]
    one.put(item('a'))
    two.put(item('b'))
    expect(ids(one.all()).sort()).toEqual(['a', 'b'])
  })

  it('is another one for another person', () => {
    new Outbox('ann').put(item('a'))
    expect(new Outbox('bob').all()).toEqual([])
  })

  it('forgets what was dropped, and only that', () => {
    const box = new Outbox('ann')
    box.put(item('a'))
    box.put(item('b'))
    box.drop('c1', 'a')
    expect(ids(box.all())).toEqual(['b'])
  })

  it('passes over what nobody can read', () => {
    localStorage.setItem('xinglin.out.ann.c1.z', '{')
    expect(new Outbox('ann').all()).toEqual([])
  })
})
