/** What is being written in a visit: the words stay on this device, pictures go out by themselves once uploaded. */

import { ref, watch } from 'vue'

import { useUploads } from '@/shared/pictures/useUploads'
import type { Body } from '@/shared/live/protocol'

export const LONGEST = 2000
export const MOST_AT_ONCE = 9

export function useComposer(visit: string, send: (kind: 'text' | 'picture', body: Body) => void) {
  const key = `xinglin.words.${visit}`
  const words = ref(localStorage.getItem(key) ?? '')
  const uploads = useUploads(MOST_AT_ONCE)

  watch(words, (text) => {
    if (text) localStorage.setItem(key, text)
    else localStorage.removeItem(key)
  })
  watch(uploads.ready, () => {
    for (const { key: held, picture } of [...uploads.held.value]) {
      if (!picture) continue
      send('picture', { picture_id: picture.id, width: picture.width, height: picture.height })
      uploads.remove(held)
    }
  })

  function sendWords(): void {
    const text = words.value.trim()
    if (!text) return
    send('text', { text })
    words.value = ''
  }
  return { words, uploads, sendWords }
}
