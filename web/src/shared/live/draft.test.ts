import { beforeEach, describe, expect, it, vi } from 'vitest'

import { draftOf } from './draft'
import { settled, wipe } from './fakes'
import { theStore } from './store'

const kept = async (id: string): Promise<string | undefined> => (await (await theStore()).get('drafts', ['', id]))?.words

beforeEach(() => wipe())

describe('what is being written', () => {
  it('is kept on the device, until it is sent', async () => {
    const draft = draftOf('d1')
    draft.words.value = 'half a sentence'
    await vi.waitUntil(async () => (await kept('d1')) === 'half a sentence')
    draft.words.value = ''
    await vi.waitUntil(async () => (await kept('d1')) === undefined)
  })

  it('is there again on the next page', async () => {
    await (await theStore()).put('drafts', { owner: '', consultation: 'd2', words: 'from before' })
    const draft = draftOf('d2')
    await settled()
    expect(draft.words.value).toBe('from before')
  })

  it('comes along from where earlier versions kept it', () => {
    localStorage.setItem('xinglin.words.d3', 'old words')
    expect(draftOf('d3').words.value).toBe('old words')
    expect(localStorage.getItem('xinglin.words.d3')).toBeNull()
  })

  it('is put aside while a message is changed, and is there again after', async () => {
    const draft = draftOf('d4')
    draft.words.value = 'the next one'
    draft.edit(7, 'what was sent')
    expect([draft.words.value, draft.editing.value?.seq]).toEqual(['what was sent', 7])
    await vi.waitUntil(async () => (await kept('d4')) === 'the next one')
    draft.putBack('a failed one')
    draft.resume()
    expect([draft.words.value, draft.editing.value]).toEqual(['a failed one\nthe next one', null])
  })

  it('stands in another window too, unless something newer is being written there', async () => {
    const other = new BroadcastChannel('xinglin.drafts')
    const draft = draftOf('d5')
    await settled()
    other.postMessage({ owner: '', consultation: 'd5', words: 'from the other window' })
    await vi.waitUntil(() => draft.words.value === 'from the other window')
    draft.words.value = 'newer'
    other.postMessage({ owner: '', consultation: 'd5', words: 'older' })
    other.postMessage({ owner: 'somebody', consultation: 'd5', words: 'of another account' })
    await vi.waitUntil(async () => (await kept('d5')) === 'newer')
    expect(draft.words.value).toBe('newer')
    other.close()
  })
})
