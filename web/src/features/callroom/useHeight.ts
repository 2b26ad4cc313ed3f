/** How high the call stands over the conversation: drawn by hand or by the arrow keys, kept on this device. */
import { computed, onScopeDispose, ref } from 'vue'

const KEPT = 'xinglin.call-height'
const FIRST = 360
export const LEAST = 240
/** The conversation and the line to write in keep so much. */
const LEFT_BELOW = 0.72
const STEP = 32

export const within = (height: number, most: number): number => Math.min(Math.max(height, LEAST), Math.max(most, LEAST))

function read(): number {
  try {
    return Number(localStorage.getItem(KEPT)) || FIRST
  } catch {
    return FIRST
  }
}

export function useHeight() {
  const wanted = ref(read())
  const most = ref(innerHeight * LEFT_BELOW)
  const height = computed(() => within(wanted.value, most.value))
  let from: { y: number; height: number } | null = null

  function set(to: number): void {
    wanted.value = within(to, most.value)
    try {
      localStorage.setItem(KEPT, String(Math.round(wanted.value)))
    } catch {
      // The next call begins with the usual height.
    }
  }
  function pointerdown(event: PointerEvent): void {
    from = { y: event.clientY, height: height.value }
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
  }
  function pointermove(event: PointerEvent): void {
    if (from) set(from.height + event.clientY - from.y)
  }
  const pointerup = (): void => void (from = null)
  function walk(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? STEP : event.key === 'ArrowUp' ? -STEP : 0
    if (!step) return
    event.preventDefault()
    set(height.value + step)
  }
  const resized = (): void => void (most.value = innerHeight * LEFT_BELOW)
  addEventListener('resize', resized)
  onScopeDispose(() => removeEventListener('resize', resized))
  return { height, least: LEAST, most, walk, on: { pointerdown, pointermove, pointerup, pointercancel: pointerup } }
}
