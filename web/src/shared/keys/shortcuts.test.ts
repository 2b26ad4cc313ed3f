import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { find, help, nameOf, setSingleKeys, singleKeys, useShortcuts, type Shortcut } from './shortcuts'

const key = (keys: string, run = vi.fn()): Shortcut => ({ keys, label: keys, group: 'move', run })
const press = (init: KeyboardEventInit, on: HTMLElement = document.body): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
  on.dispatchEvent(event)
  return event
}

afterEach(() => {
  document.body.replaceChildren()
  setSingleKeys(true)
})

describe('keys of the keyboard', () => {
  it('are known by what stands on them, also where Alt writes other letters', () => {
    expect(nameOf({ key: 'A', code: 'KeyA', altKey: false, shiftKey: true })).toBe('a')
    expect(nameOf({ key: 'π', code: 'KeyP', altKey: true, shiftKey: false })).toBe('alt+p')
    expect(nameOf({ key: '¡', code: 'Digit1', altKey: true, shiftKey: false })).toBe('alt+1')
    expect(nameOf({ key: 'Enter', code: 'Enter', altKey: true, shiftKey: true })).toBe('alt+shift+enter')
    expect(nameOf({ key: '÷', code: 'Slash', altKey: true, shiftKey: false })).toBe('alt+/')
  })

  it('leave the browser its own, and a Chinese word that is being chosen', () => {
    const all = [key('r')]
    const event = (init: KeyboardEventInit) => new KeyboardEvent('keydown', { key: 'r', ...init })
    expect(find(all, event({}), true)).toBe(all[0])
    for (const init of [{ ctrlKey: true }, { metaKey: true }, { isComposing: true }, { keyCode: 229 }, { repeat: true }]) expect(find(all, event(init), true)).toBeUndefined()
  })

  it('answer to whoever came last, and no longer than it lives', () => {
    const [first, second] = [vi.fn(), vi.fn()]
    const [one, other] = [effectScope(), effectScope()]
    one.run(() => useShortcuts(() => [key('a', first)]))
    other.run(() => useShortcuts(() => [key('a', second)]))
    expect(press({ key: 'a' }).defaultPrevented).toBe(true)
    other.stop()
    press({ key: 'a' })
    one.stop()
    expect(press({ key: 'a' }).defaultPrevented).toBe(false)
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
  })

  it('alone are letters while somebody writes; with Alt they act there too', () => {
    const field = document.body.appendChild(document.createElement('textarea'))
    const [single, chord] = [vi.fn(), vi.fn()]
    const scope = effectScope()
    scope.run(() => useShortcuts(() => [key('a', single), key('alt+m', chord)]))
    press({ key: 'a' }, field)
    press({ key: 'm', code: 'KeyM', altKey: true }, field)
    scope.stop()
    expect([single.mock.calls.length, chord.mock.calls.length]).toEqual([0, 1])
  })

  it('alone can be turned off', () => {
    const [single, chord] = [vi.fn(), vi.fn()]
    const scope = effectScope()
    scope.run(() => useShortcuts(() => [key('a', single), key('alt+m', chord)]))
    setSingleKeys(false)
    press({ key: 'a' })
    press({ key: 'm', code: 'KeyM', altKey: true })
    scope.stop()
    expect([singleKeys.value, single.mock.calls.length, chord.mock.calls.length]).toEqual([false, 0, 1])
  })

  it('are told in the help by group, several of a kind in one row', () => {
    const scope = effectScope()
    scope.run(() => useShortcuts(() => [1, 2, 3].map((n) => ({ ...key(`alt+${n}`), shown: 'alt+1…9', label: 'tab' }))))
    expect(help.value).toEqual([{ group: 'move', rows: [{ keys: 'alt+1…9', label: 'tab' }] }])
    scope.stop()
    expect(help.value).toEqual([])
  })
})
