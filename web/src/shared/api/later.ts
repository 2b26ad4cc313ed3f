/** An act that waits for the line: what was given is sent once, with the same key, as soon as the server can be reached. */

import { getCurrentScope, onScopeDispose, readonly, ref, type Ref } from 'vue'

import { asProblem } from './problem'

const LOOK_AGAIN_MS = 5_000

/** Until the browser says that the line is back, or long enough to try. */
export function lineBack(stopped: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = (): void => {
      clearTimeout(timer)
      removeEventListener('online', over)
      done()
    }
    const timer = setTimeout(over, LOOK_AGAIN_MS)
    addEventListener('online', over)
    stopped.addEventListener('abort', over)
  })
}

export interface Later<I, O> {
  perform: (input: I, key: string) => Promise<O>
  /** Nobody can be reached: it is kept and will go by itself. */
  waits: Readonly<Ref<boolean>>
}

/** Wraps what `useAct` performs. Ends with the component that asked: then the form that is kept is all there is. */
export function whenBack<I, O>(perform: (input: I, key: string) => Promise<O>): Later<I, O> {
  const waits = ref(false)
  const stop = new AbortController()
  if (getCurrentScope()) onScopeDispose(() => stop.abort())

  async function patiently(input: I, key: string): Promise<O> {
    for (;;) {
      try {
        const answer = await perform(input, key)
        waits.value = false
        return answer
      } catch (error) {
        if (asProblem(error).code !== 'offline' || stop.signal.aborted) {
          waits.value = false
          throw error
        }
        waits.value = true
        await lineBack(stop.signal)
        stop.signal.throwIfAborted()
      }
    }
  }
  return { perform: patiently, waits: readonly(waits) }
}
