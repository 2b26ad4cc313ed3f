import { beforeEach, describe, expect, it } from 'vitest'

import { FakeBrowser, settled, wipe } from './fakes'
import { Outbox, type New } from './outbox'
import type { Outgoing } from './protocol'
import { theStore, type openStore, type Store } from './store'

const fresh = (client_id: string, consultation = 'c1', written_at = '2026-11-20T08:00:00Z'): New => ({
  consultation,
  client_id,
  kind: 'text',
  body: { text: client_id },
  written_at,
})
const ids = (items: Outgoing[]): string[] => items.map((i) => i.client_id)

let browser: FakeBrowser
const open = (owner = 'ann', opening: typeof openStore = theStore): Outbox =>
  new Outbox(owner, () => undefined, { open: opening, channel: browser.channel, old: localStorage })

beforeEach(() => {
  wipe()
  browser = new FakeBrowser()
})

describe('an outbox', () => {
  it('gives back in the order of writing, of one consultation or of all, whatever the clock says', async () => {
    const box = open()
    await box.add(fresh('a', 'c1', '2026-11-20T09:00:00Z'))
    await box.add(fresh('b', 'c2', '2026-11-20T08:00:00Z'))
    await box.add(fresh('c', 'c1', '2026-11-20T07:00:00Z'))
    expect(ids(box.all())).toEqual(['a', 'b', 'c'])
    expect(ids(box.all('c1'))).toEqual(['a', 'c'])
  })

  it('shows a message at once, and holds it for the next page', async () => {
    const box = open()
    const adding = box.add(fresh('a'))
    expect(box.all().map((item) => box.isKept(item))).toEqual([false])
    const kept = await adding
    expect(box.isKept(kept)).toBe(true)
    box.shut()
    const next = open()
    await next.ready
    expect(ids(next.all())).toEqual(['a'])
    expect(next.keeping.value).toBe('device')
  })

  it('counts on where an earlier page has stopped', async () => {
    const box = open()
    const { order } = await box.add(fresh('a'))
    await box.drop('a')
    const next = open()
    await next.ready
    expect((await next.add(fresh('b'))).order).toBeGreaterThan(order)
  })

  it('is the same in two tabs', async () => {
    const [one, two] = [open(), open()]
    await Promise.all([one.ready, two.ready])
    await one.add(fresh('a'))
    await two.add(fresh('b'))
    expect([ids(one.all()), ids(two.all())]).toEqual([['a', 'b'], ['a', 'b']])
    await two.drop('a')
    expect([ids(one.all()), ids(two.all())]).toEqual([['b'], ['b']])
  })

  it('finds after a sleep what the others did, and does not bring back what was dropped', async () => {
    const box = open()
    await box.add(fresh('a'))
    browser = new FakeBrowser()
    const deaf = open()
    await deaf.ready
    await deaf.add(fresh('b'))
    await deaf.drop('a')
    expect(ids(box.all())).toEqual(['a'])
    await box.reread()
    expect(ids(box.all())).toEqual(['b'])
  })

  it('is another one for another person', async () => {
    await open().add(fresh('a'))
    const bob = open('bob')
    await bob.ready
    expect(bob.all()).toEqual([])
  })

  it('keeps a picture as it was chosen', async () => {
    await open().add({ ...fresh('p'), kind: 'picture', body: {}, file: new Blob(['pixels']) })
    const next = open()
    await next.ready
    expect(next.all()[0]?.file).toBeDefined()
  })

  it('still sends a picture that an earlier version had kept', async () => {
    await open().add({ ...fresh('p'), kind: 'picture', body: {}, picture: new Blob(['pixels']) } as never)
    const next = open()
    await next.ready
    expect(next.all()[0]?.file).toBeDefined()
  })

  it('does not bring back with a change what another tab has sent', async () => {
    const [one, two] = [open(), open()]
    const item = await one.add(fresh('a'))
    await two.ready
    await two.drop('a')
    await one.update({ ...item, refused: { code: 'closed', text: { zh: '', en: '' } } })
    const next = open()
    await next.ready
    expect(next.all()).toEqual([])
  })
})

describe('an outbox of the earlier kind', () => {
  const old = (client_id: string, written_at: string): void =>
    localStorage.setItem(`xinglin.out.ann.c1.${client_id}`, JSON.stringify(fresh(client_id, 'c1', written_at)))

  it('is taken over in its order, once, whoever comes first', async () => {
    old('b', '2026-11-20T08:00:02Z')
    old('a', '2026-11-20T08:00:01Z')
    localStorage.setItem('xinglin.out.ann.c1.z', '{')
    const [one, two] = [open(), open()]
    await Promise.all([one.ready, two.ready])
    await settled()
    expect(ids(one.all())).toEqual(['a', 'b'])
    expect(ids(two.all())).toEqual(['a', 'b'])
    expect(localStorage.getItem('xinglin.out.ann.c1.a')).toBeNull()
  })

  it('stays where it is when the device keeps nothing else, and is sent all the same', async () => {
    old('a', '2026-11-20T08:00:01Z')
    const box = open('ann', () => Promise.reject(new Error('private')))
    await box.ready
    expect(ids(box.all())).toEqual(['a'])
    expect(localStorage.getItem('xinglin.out.ann.c1.a')).not.toBeNull()
  })
})

describe('a device that keeps nothing', () => {
  it('is said to be so, and what is written waits in memory', async () => {
    const box = open('ann', () => Promise.reject(new Error('private')))
    await box.ready
    expect(box.keeping.value).toBe('memory')
    const item = await box.add(fresh('a'))
    expect(box.isKept(item)).toBe(true)
    expect(ids(box.all())).toEqual(['a'])
  })

  it('because it is full, gives the message back instead of losing it', async () => {
    const full = Object.assign(new Error('no room'), { name: 'QuotaExceededError' })
    const box = open()
    await box.ready
    const narrow = open('ann', async () => {
      const store = await theStore()
      return { getAllFromIndex: () => store.getAll('outbox'), add: () => Promise.reject(full) } as unknown as Store
    })
    await narrow.ready
    await expect(narrow.add(fresh('a'))).rejects.toMatchObject({ code: 'device_full' })
    expect(narrow.all()).toEqual([])
    expect(narrow.keeping.value).toBe('device')
  })
})
