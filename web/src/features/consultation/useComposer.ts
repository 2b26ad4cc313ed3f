/** What is being written in a visit, and pictures: both go into the outbox the moment they are given away. */

import { computed, ref } from 'vue'

import type { Text } from '@/shared/api/problem'
import { draftOf } from '@/shared/live/draft'
import type { Thread } from '@/shared/live/thread'
import { MOST_BYTES, TOO_LARGE } from '@/shared/pictures/useUploads'

export const LONGEST = 2000
export const MOST_AT_ONCE = 9

export function useComposer(visit: string, thread: Pick<Thread, 'send' | 'edit'>) {
  const draft = draftOf(visit)
  const pictureProblem = ref<Text | null>(null)

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

  function sendPictures(files: Iterable<File>): void {
    const chosen = [...files].slice(0, MOST_AT_ONCE)
    pictureProblem.value = chosen.some((file) => file.size > MOST_BYTES) ? TOO_LARGE : null
    for (const file of chosen) if (file.size <= MOST_BYTES) void thread.send('picture', {}, file)
  }

  return { words: draft.words, isEditing: computed(() => draft.editing.value !== null), stopEditing: () => draft.resume(), sendWords, sendPictures, pictureProblem }
}
