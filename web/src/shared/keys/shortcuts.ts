/** Keys of the keyboard, told by whoever answers to them; the help lists what is there now. */

import { computed, onScopeDispose, ref, shallowReactive, type ComputedRef } from 'vue'

import { isComposing } from './composing'

export const GROUPS = ['move', 'visit', 'write', 'record', 'general'] as const
export type Group = (typeof GROUPS)[number]

export interface Shortcut {
  /** `j`, `?`, `escape`, `alt+p`, `alt+shift+p`, `alt+1`, `alt+enter`. Those with Alt act while somebody writes, single ones do not. */
  keys: string
  /** The name of a text. */
  label: string
  group: Group
  run: (event: KeyboardEvent) => void
  /** A row for several of them (`Alt+1` to `Alt+9`): told in the help instead of its own keys; an empty one is not told. */
  shown?: string
}

const WRITING = 'input, textarea, select, [contenteditable="true"], [role="dialog"] *'
const KEPT = 'xinglin.single-keys'
const told = shallowReactive(new Set<ComputedRef<readonly Shortcut[]>>())

function read(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off'
  } catch {
    return true
  }
}

/** Single keys may be in the way of speech input: whoever wants turns them off (WCAG 2.1.4). */
export const singleKeys = ref(read())

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off')
  } catch {
    // A browser that keeps nothing forgets this with the page.
  }
}

export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(WRITING)
}

function isDialogOpen(): boolean {
  return [...document.querySelectorAll('.el-overlay-dialog, .el-overlay > .el-drawer, .el-image-viewer__wrapper, dialog[open]')].some((found) => found.checkVisibility())
}

/** With Alt a Mac types other letters, so there the key itself counts and not what it writes. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'shiftKey'>): string {
  if (!event.altKey) return event.key.toLowerCase()
  const plain = event.code === 'Slash' ? '/' : (/^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1] ?? event.key)
  return `alt+${event.shiftKey ? 'shift+' : ''}${plain.toLowerCase()}`
}

/** The one that answers, if any: of two with the same keys the one that came last. */
export function find(shortcuts: readonly Shortcut[], event: KeyboardEvent, mayBeSingle: boolean): Shortcut | undefined {
  if (event.ctrlKey || event.metaKey || isComposing(event) || event.repeat) return undefined
  if (!event.altKey && !mayBeSingle) return undefined
  const name = nameOf(event)
  return shortcuts.findLast((one) => one.keys === name)
}

const all = computed(() => [...told].flatMap((some) => some.value))

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return
  const found = find(all.value, event, singleKeys.value && !isWriting(event.target))
  // Asked last: it looks through the whole page, and most keys are letters that somebody writes.
  if (!found || isDialogOpen()) return
  event.preventDefault()
  found.run(event)
}

/** For as long as the component lives. */
export function useShortcuts(shortcuts: () => readonly Shortcut[]): void {
  const mine = computed(shortcuts)
  if (!told.size) addEventListener('keydown', onKey)
  told.add(mine)
  onScopeDispose(() => {
    told.delete(mine)
    if (!told.size) removeEventListener('keydown', onKey)
  })
}

export interface Told {
  group: Group
  rows: { keys: string; label: string }[]
}

/** What the help shows: by group, each once. */
export const help = computed<Told[]>(() =>
  GROUPS.flatMap((group) => {
    const rows = new Map<string, { keys: string; label: string }>()
    for (const one of all.value) {
      const keys = one.shown ?? one.keys
      if (one.group === group && keys) rows.set(keys, { keys, label: one.label })
    }
    return rows.size ? [{ group, rows: [...rows.values()] }] : []
  }),
)
