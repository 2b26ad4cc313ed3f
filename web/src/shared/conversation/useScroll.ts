/** The scroll of a thread: stays at the newest message unless one reads above it, and keeps its place when older ones come. */

import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

import type { Thread } from '../live/thread'

const NEAR_END_PX = 90
const NEAR_TOP_PX = 160
const ABOVE_DIVIDER_PX = 12

type Found = Readonly<Ref<HTMLElement | null>>

/** `box` scrolls, `list` grows inside it. */
export function useScroll(thread: Thread, box: Found, list: Found) {
  const isAtEnd = ref(true)
  /** Up to here everything was in front of the person, or further up. */
  const seenEnd = ref(0)
  const newest = computed(() => thread.messages.value.at(-1)?.seq ?? 0)
  const below = computed(() => thread.messages.value.filter(({ seq, sender }) => seq > seenEnd.value && sender !== thread.me).length)
  let lastTop = 0

  function toEnd(): void {
    if (box.value) box.value.scrollTop = box.value.scrollHeight
    isAtEnd.value = true
    seenEnd.value = newest.value
  }

  async function older(): Promise<void> {
    const el = box.value
    if (!el || !thread.hasOlder.value || thread.loadingOlder.value) return
    const fromEnd = el.scrollHeight - el.scrollTop
    await thread.older()
    await nextTick()
    el.scrollTop = lastTop = el.scrollHeight - fromEnd
  }

  /** Only a hand that scrolls up leaves the end; what grows below it does not. */
  function onScroll(): void {
    const el = box.value
    if (!el) return
    if (el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX) {
      isAtEnd.value = true
      seenEnd.value = newest.value
    } else if (el.scrollTop < lastTop) isAtEnd.value = false
    if (el.scrollTop < NEAR_TOP_PX && el.scrollTop < lastTop) void older()
    lastTop = el.scrollTop
  }

  watch([newest, () => thread.pending.value.length], async ([, now], [, then]) => {
    const stay = !isAtEnd.value && now <= then
    await nextTick()
    if (!stay) toEnd()
  })
  watch(thread.loading, () => void nextTick(toEnd), { immediate: true })
  /** What is new begins at the line that says so, when there is more of it than fits. */
  watch(thread.firstUnread, async (seq) => {
    await nextTick()
    const line = list.value?.querySelector('[data-testid="unread-from"]')
    const el = box.value
    if (seq === null || !el || !line) return
    const above = line.getBoundingClientRect().top - el.getBoundingClientRect().top - ABOVE_DIVIDER_PX
    if (above >= 0) return
    isAtEnd.value = false
    el.scrollTop = lastTop = el.scrollTop + above
  })

  // A keyboard that opens, a picture that arrives: whoever was at the end stays there.
  const sizes = new ResizeObserver(() => {
    if (isAtEnd.value) toEnd()
  })
  onMounted(() => [box.value, list.value].forEach((el) => el && sizes.observe(el)))
  onBeforeUnmount(() => sizes.disconnect())

  return { isAtEnd, below, onScroll, toEnd, older }
}
