/** Of a long list, the rows near what is on the screen; a short one is drawn whole, as the browser likes it best. */

import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, nextTick, onMounted, onUpdated, ref, type Ref } from 'vue'

import type { Row } from './rows'

/** Up to so many rows a phone of 700 yuan draws without noticing. */
export const ALL_UP_TO = 150
const USUAL_PX: Record<Row['kind'], number> = { older: 44, day: 24, unread: 24, message: 92, pending: 92 }
const GAP_PX = 12
const BEYOND = 8
/** Heights settle while rows are drawn for the first time: so often a place is looked for again. */
const TRIES = 6

type Found = Readonly<Ref<HTMLElement | null>>

/** `box` scrolls, `list` holds the rows as children that carry `data-index`. */
export function useDrawn(rows: Ref<Row[]>, box: Found, list: Found) {
  const offset = ref(0)
  const isLong = computed(() => rows.value.length > ALL_UP_TO)
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: isLong.value ? rows.value.length : 0,
      getScrollElement: () => box.value,
      estimateSize: (index: number) => USUAL_PX[rows.value[index]?.kind ?? 'message'],
      getItemKey: (index: number) => rows.value[index]?.key ?? index,
      gap: GAP_PX,
      overscan: BEYOND,
      scrollMargin: offset.value,
    })),
  )

  const drawn = computed(() => {
    if (!isLong.value) return rows.value.map((row, index) => ({ row, index }))
    return virtualizer.value.getVirtualItems().flatMap(({ index }) => {
      const row = rows.value[index]
      return row ? [{ row, index }] : []
    })
  })
  /** What is not drawn, as empty space above and below. */
  const space = computed(() => {
    const items = virtualizer.value.getVirtualItems()
    const [first, last] = [items[0], items.at(-1)]
    if (!isLong.value || !first || !last) return undefined
    const below = virtualizer.value.getTotalSize() - (last.end - offset.value)
    return { paddingTop: `${first.start - offset.value}px`, paddingBottom: `${Math.max(0, below)}px` }
  })

  /** Where the list begins in what scrolls: other things may stand above it. */
  function settle(): void {
    const [inner, outer] = [list.value, box.value]
    if (!inner || !outer) return
    const top = Math.round(inner.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop)
    if (Math.abs(top - offset.value) > 1) offset.value = top
    if (isLong.value) for (const row of inner.children) virtualizer.value.measureElement(row)
  }
  onMounted(settle)
  onUpdated(settle)

  const find = (key: string): HTMLElement | null => list.value?.querySelector<HTMLElement>(`[data-key="${key}"]`) ?? null

  /** Draws the row where it stands, if it is here at all, and returns it. */
  async function reveal(key: string): Promise<HTMLElement | null> {
    const index = rows.value.findIndex((row) => row.key === key)
    if (index < 0) return null
    for (let attempt = 0; attempt < TRIES && isLong.value; attempt += 1) {
      virtualizer.value.scrollToIndex(index, { align: 'start' })
      await nextTick()
      await new Promise(requestAnimationFrame)
      if (find(key) && attempt > 1) break
    }
    return find(key)
  }
  return { drawn, space, isLong, reveal }
}
