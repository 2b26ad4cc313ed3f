/** Single keys that act on the workbench: never while somebody writes or a dialog is open. */

const WRITING = 'input, textarea, select, [contenteditable="true"], [role="dialog"] *'

export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(WRITING)
}

function isDialogOpen(): boolean {
  return [...document.querySelectorAll('.el-overlay-dialog, .el-image-viewer__wrapper')].some((found) => found.checkVisibility())
}

/** True when a key press is meant for the workbench as a whole. */
export function isCommand(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return false
  return !isWriting(event.target) && !isDialogOpen()
}

/** The next or the previous of a list; the first when none of it is chosen. */
export function neighbour(ids: readonly string[], chosen: string | null, step: 1 | -1): string | undefined {
  const at = chosen === null ? -1 : ids.indexOf(chosen)
  if (at < 0) return ids[0]
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))]
}
