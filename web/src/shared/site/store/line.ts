/** Whether the house can be reached. Asked of the house: the browser's own word for it is often wrong. */

import { readonly, ref } from 'vue'

import { whoAnswers, type Answer } from '../../live/captive'

const FIRST_MS = 2_000
const SLOWEST_MS = 60_000
const STEADY_MS = 30_000

/** Null until it was asked the first time. */
const state = ref<Answer | null>(null)
export const line = readonly(state)

export async function probe(): Promise<Answer> {
  state.value = await whoAnswers()
  return state.value
}

/** Asks again and again, rarer while nobody answers, at once when the browser thinks that something changed. */
export function followLine(back: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_MS
  let isOver = false

  async function look(): Promise<void> {
    clearTimeout(timer)
    const answer = await probe()
    if (isOver) return
    clearTimeout(timer)
    pause = answer === 'house' ? FIRST_MS : Math.min(SLOWEST_MS, pause * 2)
    timer = setTimeout(() => void look(), answer === 'house' ? STEADY_MS : pause * (0.75 + Math.random() / 2))
    if (answer === 'house') back()
  }
  const changed = (): void => {
    pause = FIRST_MS
    void look()
  }
  const shown = (): void => {
    if (document.visibilityState === 'visible') changed()
  }
  for (const event of ['online', 'offline']) addEventListener(event, changed)
  document.addEventListener('visibilitychange', shown)
  void look()
  return () => {
    isOver = true
    clearTimeout(timer)
    for (const event of ['online', 'offline']) removeEventListener(event, changed)
    document.removeEventListener('visibilitychange', shown)
  }
}
