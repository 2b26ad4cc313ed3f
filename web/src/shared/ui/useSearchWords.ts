/** Words that are being typed into a search; asked for when the hand rests. */

import { onScopeDispose, ref, watch, type Ref } from 'vue'

const PAUSE_MS = 250

export function useSearchWords(): { words: Ref<string>; asked: Readonly<Ref<string>> } {
  const words = ref('')
  const asked = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(words, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (asked.value = now.trim()), PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { words, asked }
}
