/** What is being written in each consultation: kept on the device, one for each person who uses it. */

import { effectScope, ref, watch, type Ref } from 'vue'

import { useSession } from '../api/session'
import { theStore } from './store'

const SAVE_AFTER_MS = 300
const OLD_KEYS = [
  (id: string): [Storage, string] => [localStorage, `xinglin.words.${id}`],
  (id: string): [Storage, string] => [sessionStorage, `xinglin.draft.${id}`],
] as const

/** An own message whose words are being changed, and what stood in the composer before. */
export interface Editing {
  seq: number
  before: string
}

export interface Draft {
  words: Ref<string>
  editing: Ref<Editing | null>
  /** Before what is being written now, which stays. */
  putBack: (text: string) => void
  edit: (seq: number, text: string) => void
  /** Ends editing; what was being written before is there again. */
  resume: () => void
}

function fromBefore(consultation: string): string {
  for (const where of OLD_KEYS) {
    const [store, key] = where(consultation)
    const words = store.getItem(key)
    if (words === null) continue
    store.removeItem(key)
    return words
  }
  return ''
}

interface News {
  owner: string
  consultation: string
  words: string
}

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('xinglin.drafts')
// Of a page that ends nobody waits for news.
;(channel as { unref?: () => void } | null)?.unref?.()

/** Follows the words; a device that keeps nothing is told of by the outbox. */
function keep(owner: string, consultation: string, read: () => string, put: (words: string) => void): void {
  let saved = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  async function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const words = read()
    if (words === saved) return
    const store = await theStore()
    if (words) await store.put('drafts', { owner, consultation, words })
    else await store.delete('drafts', [owner, consultation])
    saved = words
    channel?.postMessage({ owner, consultation, words } satisfies News)
  }
  /** One person writes in one tab at a time: what another tab has kept stands here too, unless something newer is being written here. */
  channel?.addEventListener('message', ({ data }: MessageEvent<News>) => {
    if (data.owner !== owner || data.consultation !== consultation || timer !== undefined || data.words === read()) return
    saved = data.words
    put(data.words)
  })
  const trySave = (): void => void save().catch(() => undefined)

  void theStore()
    .then((store) => store.get('drafts', [owner, consultation]))
    .then((found) => {
      saved = found?.words ?? ''
      if (saved && !read()) put(saved)
      return save()
    })
    .catch(() => undefined)
  watch(read, () => {
    clearTimeout(timer)
    timer = setTimeout(trySave, SAVE_AFTER_MS)
  })
  // A phone may end a page that is hidden without another word.
  addEventListener('pagehide', trySave)
  document.addEventListener('visibilitychange', trySave)
}

function begin(owner: string, consultation: string): Draft {
  const words = ref(fromBefore(consultation))
  const editing = ref<Editing | null>(null)
  const own = (): string => editing.value?.before ?? words.value
  keep(owner, consultation, own, (found) => {
    if (editing.value) editing.value = { ...editing.value, before: found }
    else words.value = found
  })

  function resume(): void {
    words.value = editing.value?.before ?? words.value
    editing.value = null
  }
  return {
    words,
    editing,
    resume,
    putBack(text) {
      if (editing.value) editing.value = { ...editing.value, before: joined(text, editing.value.before) }
      else words.value = joined(text, words.value)
    },
    edit(seq, text) {
      editing.value = { seq, before: own() }
      words.value = text
    },
  }
}

const joined = (first: string, then: string): string => (then ? `${first}\n${then}` : first)
const drafts = new Map<string, Draft>()

/** The same one for all who ask, for as long as the page lives. */
export function draftOf(consultation: string): Draft {
  const owner = useSession().account.value?.id ?? ''
  const key = `${owner}.${consultation}`
  let found = drafts.get(key)
  if (!found) {
    // Not of the component that happened to ask first.
    found = effectScope(true).run(() => begin(owner, consultation)) ?? begin(owner, consultation)
    drafts.set(key, found)
  }
  return found
}
