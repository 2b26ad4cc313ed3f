/** Listens for a card reader wherever the cursor stands: its keys reach no field. */

import { onBeforeUnmount, onMounted } from 'vue'

import { FAST_MS, readCard, readWithoutEnter, SILENCE_MS, Wedge, type Key, type ReadCard } from './card'

interface Before {
  field: HTMLInputElement | HTMLTextAreaElement
  value: string
  at: number
}

function keyOf(event: KeyboardEvent): Key {
  const { key, code, repeat } = event
  return { key, code, repeat, at: event.timeStamp, modified: event.ctrlKey || event.metaKey || event.altKey }
}

export function useReader(heard: (read: ReadCard) => void): void {
  const wedge = new Wedge()
  let timer: ReturnType<typeof setTimeout> | undefined
  let before: Before | null = null

  /** The first keys landed in a field before anybody could know. */
  function remember(event: KeyboardEvent): void {
    const { target } = event
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) {
      before = null
      return
    }
    if (before?.field !== target || event.timeStamp - before.at > FAST_MS) before = { field: target, value: target.value, at: event.timeStamp }
    before.at = event.timeStamp
  }
  function restore(): void {
    if (before && before.field.value !== before.value) {
      before.field.value = before.value
      before.field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    before = null
  }
  function finish(read: ReadCard): void {
    restore()
    heard(read)
  }

  function hear(event: KeyboardEvent): void {
    const key = keyOf(event)
    if (!wedge.isReading) remember(event)
    const found = wedge.hear(key)
    clearTimeout(timer)
    if (found.kind === 'person') return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (found.kind === 'end') {
      finish(readCard(found.text))
      return
    }
    timer = setTimeout(() => {
      const end = wedge.rest(Infinity)
      if (end.kind === 'end') finish(readWithoutEnter(end.text))
    }, SILENCE_MS)
  }
  onMounted(() => addEventListener('keydown', hear, true))
  onBeforeUnmount(() => {
    removeEventListener('keydown', hear, true)
    clearTimeout(timer)
  })
}
