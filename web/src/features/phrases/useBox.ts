/** A box that stands over an element as wide as it, as high as the room above or below allows. */
import { onScopeDispose, ref, type CSSProperties } from 'vue'

const GAP = 6
const MOST = 360
const LEAST = 160

export function placed(anchor: Pick<DOMRect, 'top' | 'bottom' | 'left' | 'width'>, page: { width: number; height: number }, least: number): CSSProperties {
  const width = Math.min(Math.max(anchor.width, least), page.width - 2 * GAP)
  const left = Math.max(GAP, Math.min(anchor.left, page.width - width - GAP))
  const above = anchor.top - 2 * GAP
  const below = page.height - anchor.bottom - 2 * GAP
  const isAbove = above >= LEAST || above >= below
  const maxHeight = `${Math.min(MOST, Math.max(LEAST, isAbove ? above : below))}px`
  return { position: 'fixed', zIndex: 2100, left: `${left}px`, width: `${width}px`, maxHeight, ...(isAbove ? { bottom: `${page.height - anchor.top + GAP}px` } : { top: `${anchor.bottom + GAP}px` }) }
}

export function useBox(anchor: () => HTMLElement | null | undefined, least = 280) {
  const style = ref<CSSProperties>({})
  function place(): void {
    const found = anchor()
    if (found) style.value = placed(found.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, least)
  }
  // What it stands at moves with the page, and grows with what is written.
  const watcher = typeof ResizeObserver === 'function' ? new ResizeObserver(place) : null
  function begin(): void {
    const found = anchor()
    watcher?.disconnect()
    if (found) {
      watcher?.observe(found)
      watcher?.observe(document.body)
    }
    place()
  }
  const settle = (): void => void requestAnimationFrame(place)
  addEventListener('resize', settle)
  onScopeDispose(() => {
    watcher?.disconnect()
    removeEventListener('resize', settle)
  })
  return { style, place: begin }
}
