/** What is being written in a visit: it goes into the outbox the moment it is given away. */

import { computed } from 'vue'

import { draftOf } from '@/shared/live/draft'
import type { Thread } from '@/shared/live/thread'

export const LONGEST = 2000

export function useComposer(visit: string, thread: Pick<Thread, 'send' | 'edit'>) {
  const draft = draftOf(visit)

  /** A change of a message, or a new one. */
  function sendWords(): void {
    const text = draft.words.value.trim()
    if (!text) return
    const changed = draft.editing.value
    if (changed) {
      draft.resume()
      void thread.edit(changed.seq, text)
    } else {
      draft.words.value = ''
      void thread.send('text', { text })
    }
  }

  return { words: draft.words, isEditing: computed(() => draft.editing.value !== null), stopEditing: () => draft.resume(), sendWords }
}
