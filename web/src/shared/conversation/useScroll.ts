/** The scroll of a thread: stays at the newest message unless one reads above it, and keeps its place when older ones come. */

import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

import type { Thread } from '../live/thread'
import { UNREAD, keyOf } from './rows'

const NEAR_END_PX = 90
const NEAR_TOP_PX = 160
const ABOVE_DIVIDER_PX = 12

type Found = Readonly<Ref<HTMLElement | null>>

type Reveal = (key: string) => Promise<HTMLElement | null>

/** What is new begins at the line that says so, when there is more of it than fits. `left`: the end, for this place. */
function beginAtUnread(thread: Thread, box: Found, list: Found, reveal: Reveal | undefined, left: (top: number) => void): void {
  watch(thread.firstUnread, async (seq) => {
    await nextTick()
    const el = box.value
    if (seq === null || !el) return
    let line = list.value?.querySelector<HTMLElement>('[data-testid="unread-from"]') ?? null
    if (!line) {
      // Else whatever grows below would pull the list to its end again.
      left(el.scrollTop)
      line = (await reveal?.(UNREAD)) ?? null
    }
    const above = line ? line.getBoundingClientRect().top - el.getBoundingClientRect().top - ABOVE_DIVIDER_PX : 0
    if (above >= 0) return
    el.scrollTop += above
    left(el.scrollTop)
  })
}

/** What is read in `box` now: `keep` puts it back where it was, whatever came above it. */
function placeIn(box: HTMLElement, list: Found) {
  const fromEnd = box.scrollHeight - box.scrollTop
  const edge = box.getBoundingClientRect().top
  const held = [...(list.value?.querySelectorAll<HTMLElement>('[data-seq]') ?? [])].find((row) => row.getBoundingClientRect().bottom > edge)
  const [seq, top] = [Number(held?.dataset['seq']), held?.getBoundingClientRect().top ?? 0]
  const find = (): HTMLElement | null => list.value?.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? null

  async function keep(reveal: Reveal | undefined): Promise<void> {
    box.scrollTop = box.scrollHeight - fromEnd
    if (!held) return
    // Of a long list the heights are guessed until they are drawn, and what stands here is drawn with the next frame.
    if (!find()) await new Promise(requestAnimationFrame)
    const row = find() ?? (await reveal?.(keyOf(seq)))
    if (row) box.scrollTop += row.getBoundingClientRect().top - top
  }
  return { keep }
}

/** Fetches older messages above what is read; `kept` hears where the box stands then. */
function useOlder(thread: Thread, box: Found, list: Found, reveal: Reveal | undefined, kept: (top: number) => void): () => Promise<void> {
  let isFetching = false
  // Before they are drawn, so that the place is the one that is read by now: the hand may have moved on meanwhile.
  watch(
    () => thread.messages.value[0]?.seq,
    async () => {
      const el = box.value
      if (!isFetching || !el) return
      const place = placeIn(el, list)
      await nextTick()
      await place.keep(reveal)
      kept(el.scrollTop)
    },
  )
  return async () => {
    if (!thread.hasOlder.value || thread.loadingOlder.value) return
    isFetching = true
    await thread.older()
    await nextTick()
    isFetching = false
  }
}

/** `box` scrolls, `list` grows inside it; `reveal` draws what a long list has not drawn. */
export function useScroll(thread: Thread, box: Found, list: Found, reveal?: Reveal) {
  const isAtEnd = ref(true)
  /** Up to here everything was in front of the person, or further up. */
  const seenEnd = ref(0)
  const newest = computed(() => thread.messages.value.at(-1)?.seq ?? 0)
  const below = computed(() => thread.messages.value.filter(({ seq, sender }) => seq > seenEnd.value && sender !== thread.me).length)
  let lastTop = 0
  let lastHeight = 0

  function toEnd(): void {
    if (box.value) box.value.scrollTop = box.value.scrollHeight
    isAtEnd.value = true
    seenEnd.value = newest.value
  }
  /** Of a long list the heights near the end are known only once it was there. */
  async function goToEnd(): Promise<void> {
    const last = thread.messages.value.at(-1)?.seq
    if (last !== undefined) await reveal?.(keyOf(last))
    toEnd()
  }

  const older = useOlder(thread, box, list, reveal, (top) => (lastTop = top))

  /** Only a hand that scrolls up leaves the end; what grows below it does not. */
  function onScroll(): void {
    const el = box.value
    if (!el) return
    // A list that turns out shorter than it was taken for pulls its end up; no hand did.
    const isUp = el.scrollTop < lastTop && el.scrollHeight >= lastHeight
    if (el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX) {
      isAtEnd.value = true
      seenEnd.value = newest.value
    } else if (isUp) isAtEnd.value = false
    if (el.scrollTop < NEAR_TOP_PX && el.scrollTop < lastTop) void older()
    lastTop = el.scrollTop
    lastHeight = el.scrollHeight
  }

  watch([newest, () => thread.pending.value.length], async ([, now], [, then]) => {
    const stay = !isAtEnd.value && now <= then
    await nextTick()
    if (!stay) toEnd()
  })
  watch(thread.loading, () => void nextTick(toEnd), { immediate: true })
  beginAtUnread(thread, box, list, reveal, (top) => {
    isAtEnd.value = false
    lastTop = top
  })

  // A keyboard that opens, a picture that arrives: whoever was at the end stays there.
  const sizes = new ResizeObserver(() => {
    if (isAtEnd.value) toEnd()
  })
  onMounted(() => [box.value, list.value].forEach((el) => el && sizes.observe(el)))
  onBeforeUnmount(() => sizes.disconnect())

  return { isAtEnd, below, onScroll, toEnd: goToEnd, older }
}
