import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, nextTick, ref, type Component } from 'vue'

import { makeI18n } from '@/shared/i18n'

import CardReader from './CardReader.vue'
import PinKeys from './PinKeys.vue'
import en from './texts/en.json'
import zh from './texts/zh.json'
import { useReader, type Heard } from './useReader'

const GROWN = '11010519491231002X'
let close = (): void => undefined
let clock = 0

function shown(...pages: Component[]): HTMLElement {
  const at = document.createElement('div')
  document.body.append(at)
  const app = createApp({ render: () => [...pages.map((page) => h(page)), h(CardReader)] })
  app.use(makeI18n({ zh: { site: zh }, en: { site: en } })).mount(at)
  close = () => {
    app.unmount()
    at.remove()
  }
  return at
}
function strikes(key: string, at: HTMLElement, after: number): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  Object.defineProperty(event, 'timeStamp', { value: (clock += after) })
  at.dispatchEvent(event)
  return event
}
/** Every key at once, and what no one stops lands in the field. */
function reads(text: string, at: HTMLElement): number {
  let ended = 0
  clock += 100
  for (const key of [...Array.from(text), 'Enter']) {
    const event = strikes(key, at, 2)
    if (event.defaultPrevented) continue
    if (key === 'Enter') ended += 1
    else if (at instanceof HTMLTextAreaElement) at.value += key
  }
  return ended
}
const page = (heard: Heard) => defineComponent({ setup: () => (useReader(heard), () => null) })
const isTold = (at: HTMLElement): boolean => at.querySelector('[data-testid=card-unwanted]') !== null

describe('a card reader', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => {
    close()
    vi.useRealTimers()
  })

  it('writes nothing into the words of who is here, and goes nowhere; that is said', async () => {
    const at = shown({ render: () => h('textarea', { value: '头晕' }) })
    const field = at.querySelector('textarea') as HTMLTextAreaElement
    expect(reads(`Li Lei|${GROWN}`, field)).toBe(0)
    await nextTick()
    expect(field.value).toBe('头晕')
    expect(isTold(at)).toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(isTold(at)).toBe(false)
  })

  it('is heard by the page that came last', () => {
    const [first, last] = [vi.fn(), vi.fn()]
    const at = shown(page(first), page(last))
    reads(GROWN, at)
    expect(first).not.toHaveBeenCalled()
    expect(last).toHaveBeenCalledWith({ card: { name: '', id_number: GROWN } })
    expect(isTold(at)).toBe(false)
  })

  it('is no PIN, while a hand\'s digits are one', async () => {
    const full = vi.fn()
    const pin = ref('')
    const at = shown({ render: () => h(PinKeys, { modelValue: pin.value, 'onUpdate:modelValue': (value: string) => (pin.value = value), onFull: full }) })
    strikes('1', at, 100)
    await vi.advanceTimersByTimeAsync(100)
    expect(pin.value).toBe('1')
    reads(GROWN, at)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(pin.value).toBe('1')
    for (const key of '35790') {
      // Two fingers at once, too.
      strikes(key, at, key === '5' ? 10 : 100)
      if (key !== '3') await vi.advanceTimersByTimeAsync(100)
    }
    expect(full.mock.calls).toEqual([['135790']])
  })
})
