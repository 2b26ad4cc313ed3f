/** Something small that lies in a corner of something large, and can be dragged or sent to another one. */

import { computed, ref, type Ref } from 'vue'

export interface Corner {
  right: boolean
  bottom: boolean
}

/** Less is a tap with an unsteady hand. */
const TAP_PX = 10

/** The corner nearest to where it was let go; `x` and `y` are the middle of the small one within the large one. */
export const nearest = (x: number, y: number, width: number, height: number): Corner => ({ right: x > width / 2, bottom: y > height / 2 })

export function byKey(corner: Corner, key: string): Corner | null {
  if (key === 'ArrowLeft') return { ...corner, right: false }
  if (key === 'ArrowRight') return { ...corner, right: true }
  if (key === 'ArrowUp') return { ...corner, bottom: false }
  return key === 'ArrowDown' ? { ...corner, bottom: true } : null
}

export function useCorner(box: Ref<HTMLElement | null>, around: Ref<HTMLElement | null>, first: Corner) {
  const corner = ref<Corner>(first)
  const shift = ref<{ x: number; y: number } | null>(null)
  let from: { x: number; y: number } | null = null
  let wasDragged = false

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    from = { x: event.clientX, y: event.clientY }
    wasDragged = false
  }
  function move(event: PointerEvent): void {
    if (!from) return
    const to = { x: event.clientX - from.x, y: event.clientY - from.y }
    if (!wasDragged && Math.hypot(to.x, to.y) < TAP_PX) return
    if (!wasDragged) box.value?.setPointerCapture(event.pointerId)
    wasDragged = true
    shift.value = to
  }
  function up(): void {
    const [small, large] = [box.value?.getBoundingClientRect(), around.value?.getBoundingClientRect()]
    if (wasDragged && small && large) corner.value = nearest(small.x + small.width / 2 - large.x, small.y + small.height / 2 - large.y, large.width, large.height)
    from = null
    shift.value = null
  }
  function key(event: KeyboardEvent): void {
    const to = byKey(corner.value, event.key)
    if (!to) return
    event.preventDefault()
    corner.value = to
  }
  /** The click that ends a drag is none. */
  function click(event: MouseEvent): void {
    if (!wasDragged) return
    event.stopPropagation()
    event.preventDefault()
    wasDragged = false
  }
  const style = computed(() => (shift.value ? { translate: `${shift.value.x}px ${shift.value.y}px`, transition: 'none' } : {}))
  return { corner, style, on: { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, keydown: key }, click }
}
