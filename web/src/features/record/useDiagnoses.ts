/** Looks words up in the diagnosis catalogue, a moment after the doctor stops typing. */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { findDiagnoses } from './api'
import type { Diagnosis } from './draft'

const PAUSE_MS = 180

export type SearchState = 'idle' | 'searching' | 'found' | 'failed'

export function useDiagnoses(words: Ref<string>) {
  const found = shallowRef<Diagnosis[]>([])
  const state = ref<SearchState>('idle')
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = new AbortController()

  async function look(asked: string): Promise<void> {
    running.abort()
    const mine = new AbortController()
    running = mine
    try {
      const answer = await findDiagnoses(asked, mine.signal)
      if (mine.signal.aborted) return
      found.value = answer.items
      state.value = 'found'
    } catch {
      if (!mine.signal.aborted) state.value = 'failed'
    }
  }

  function search(pause: number): void {
    clearTimeout(timer)
    const asked = words.value.trim()
    if (!asked) {
      running.abort()
      found.value = []
      state.value = 'idle'
      return
    }
    state.value = 'searching'
    timer = setTimeout(() => void look(asked), pause)
  }

  watch(words, () => search(PAUSE_MS))
  onScopeDispose(() => {
    clearTimeout(timer)
    running.abort()
  })
  return { found, state, retry: () => search(0) }
}
