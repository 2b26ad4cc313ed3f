/** Listens for a card reader wherever the cursor stands: its keys reach no field. */

import { onBeforeUnmount, onMounted, ref } from 'vue'

import { FAST_MS, readCard, readWithoutEnter, SILENCE_MS, Wedge, type Key, type ReadCard } from './card'

export type Heard = (read: ReadCard) => void
type Field = HTMLInputElement | HTMLTextAreaElement

const wanting: Heard[] = []
/** A reader is typing at this moment. */
export const isReading = ref(false)

/** A page that wants cards; the one that came last has them. */
export function useReader(heard: Heard): void {
  onMounted(() => wanting.push(heard))
  onBeforeUnmount(() => wanting.splice(wanting.indexOf(heard), 1))
}

function keyOf(event: KeyboardEvent): Key {
  const { key, code, repeat } = event
  return { key, code, repeat, at: event.timeStamp, modified: event.ctrlKey || event.metaKey || event.altKey }
}

/** What the fields held, and where the cursor stood, before the first keys landed there, which nobody could know yet. */
class Before {
  private readonly values = new Map<Field, string>()
  private last = -Infinity
  private place: Element | null = null

  remember({ target, timeStamp }: KeyboardEvent): void {
    if (timeStamp - this.last > FAST_MS) {
      this.values.clear()
      this.place = document.activeElement
    }
    this.last = timeStamp
    if ((target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && !this.values.has(target)) this.values.set(target, target.value)
  }
  restore(): void {
    for (const [field, value] of this.values) {
      if (field.value === value) continue
      field.value = value
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    this.values.clear()
    // A tab among the first keys led elsewhere.
    if (this.place instanceof HTMLElement && this.place !== document.activeElement) this.place.focus()
  }
}

/** Once, around all pages. `unwanted`: no page takes the card that was read. */
export function useWedge(unwanted: () => void): void {
  const wedge = new Wedge()
  const before = new Before()
  let timer: ReturnType<typeof setTimeout> | undefined

  function finish(read: ReadCard): void {
    isReading.value = false
    before.restore()
    const heard = wanting.at(-1)
    if (heard) heard(read)
    else unwanted()
  }
  function hear(event: KeyboardEvent): void {
    if (!wedge.isReading) before.remember(event)
    const found = wedge.hear(keyOf(event))
    isReading.value = wedge.isReading
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
    isReading.value = false
  })
}
