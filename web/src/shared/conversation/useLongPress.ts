/** A finger that rests on something: iOS tells of it by no event of its own. A right click says the same. */

const RESTS_MS = 450
const MOVED_PX = 8

export interface PressHandlers {
  pointerdown: (event: PointerEvent) => void
  pointermove: (event: PointerEvent) => void
  pointerup: () => void
  pointercancel: () => void
  contextmenu: (event: Event) => void
}

/** `pressed` is false when there is nothing to open: then the browser's own menu comes. */
export function longPress(pressed: () => boolean): PressHandlers {
  let timer: ReturnType<typeof setTimeout> | undefined
  let from = { x: 0, y: 0 }
  const stop = (): void => clearTimeout(timer)

  return {
    pointerdown(event) {
      stop()
      if (event.pointerType === 'mouse') return
      from = { x: event.clientX, y: event.clientY }
      timer = setTimeout(pressed, RESTS_MS)
    },
    pointermove(event) {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) stop()
    },
    pointerup: stop,
    pointercancel: stop,
    contextmenu(event) {
      stop()
      if (pressed()) event.preventDefault()
    },
  }
}
