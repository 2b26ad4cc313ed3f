/** A form that outlives a reload and an expired session: kept with every change, for the account that writes it. */

import { onScopeDispose, reactive, toRaw, watch, type Reactive } from 'vue'

import { useSession } from '../api/session'
import { onShelf } from './shelf'

const SAVE_AFTER_MS = 250

export interface Kept<T extends object> {
  form: Reactive<T>
  /** The server has it: nothing is left to keep. */
  forget: () => void
  /** Settles when what was kept is in the form. */
  ready: Promise<void>
}

/** `name` tells the forms of one account apart; add an id where there are several of a kind. Fields unknown to `initial` are dropped. */
export function useKeptForm<T extends object>(name: string, initial: T): Kept<T> {
  const owner = useSession().account.value?.id ?? ''
  const form = reactive({ ...initial })
  let timer: ReturnType<typeof setTimeout> | undefined
  let isDone = owner === ''
  let touched = false

  const save = (): void => {
    clearTimeout(timer)
    if (!isDone && touched) void onShelf((shelf) => shelf.put('forms', { owner, name, value: JSON.parse(JSON.stringify(form)) as unknown, at: Date.now() }))
  }
  const ready = (isDone ? Promise.resolve(undefined) : onShelf((shelf) => shelf.get('forms', [owner, name]))).then((found) => {
    const value = found?.value
    if (typeof value !== 'object' || value === null) return
    const [now, seen] = [form as Record<string, unknown>, toRaw(form) as Record<string, unknown>]
    // What the person has changed meanwhile is newer.
    for (const [field, kept] of Object.entries(value)) if (field in initial && seen[field] === (initial as Record<string, unknown>)[field]) now[field] = kept
  })
  watch(
    () => JSON.stringify(form),
    () => {
      touched = true
      clearTimeout(timer)
      timer = setTimeout(save, SAVE_AFTER_MS)
    },
  )
  addEventListener('pagehide', save)
  onScopeDispose(() => {
    save()
    removeEventListener('pagehide', save)
  })
  return {
    form,
    ready,
    forget() {
      clearTimeout(timer)
      isDone = true
      if (owner) void onShelf((shelf) => shelf.delete('forms', [owner, name]))
    },
  }
}
