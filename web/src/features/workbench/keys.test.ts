import { afterEach, describe, expect, it } from 'vitest'

import { isCommand, neighbour } from './keys'

function press(key: string, on: HTMLElement = document.body, init: KeyboardEventInit = {}): boolean {
  let answer = false
  const hear = (event: Event): void => {
    answer = isCommand(event as KeyboardEvent)
  }
  addEventListener('keydown', hear)
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }))
  removeEventListener('keydown', hear)
  return answer
}

afterEach(() => document.body.replaceChildren())

describe('single keys of the workbench', () => {
  it('act when nobody writes', () => {
    expect(press('a')).toBe(true)
  })

  it('are letters while somebody writes to a patient', () => {
    const field = document.body.appendChild(document.createElement('textarea'))
    expect(press('a', field)).toBe(false)
  })

  it('leave the browser its own keys', () => {
    expect(press('r', document.body, { ctrlKey: true })).toBe(false)
  })
})

describe('moving between visits', () => {
  it('begins at the first, steps to the next and stays at the ends', () => {
    const ids = ['a', 'b', 'c']
    expect(neighbour(ids, null, 1)).toBe('a')
    expect(neighbour(ids, 'a', 1)).toBe('b')
    expect(neighbour(ids, 'c', 1)).toBe('c')
    expect(neighbour(ids, 'a', -1)).toBe('a')
  })

  it('begins anew when the chosen visit is gone, and has nowhere to go in an empty list', () => {
    expect(neighbour(['a', 'b'], 'gone', 1)).toBe('a')
    expect(neighbour([], null, 1)).toBeUndefined()
  })
})
