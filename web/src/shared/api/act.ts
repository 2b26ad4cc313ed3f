/** One act of a person: busy while it runs, the same Idempotency-Key until it succeeds or its input changes. */

import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { newKey } from './http'
import { asProblem, type ApiProblem } from './problem'
import { expired } from './session'

export interface Act<I, O> {
  /** Undefined when it failed (then `problem` says why) or was already running. */
  run: (input: I) => Promise<O | undefined>
  busy: Ref<boolean>
  problem: ShallowRef<ApiProblem | null>
}

/** An answer without a body is `null`: `true` tells it from a failure. */
export const done = (answer: Promise<unknown>): Promise<true> => answer.then(() => true as const)

export function useAct<I, O>(perform: (input: I, key: string) => Promise<O>): Act<I, O> {
  const busy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  let key = ''
  let meant = ''

  async function run(input: I): Promise<O | undefined> {
    if (busy.value) return undefined
    const now = JSON.stringify(input)
    if (!key || now !== meant) key = newKey()
    meant = now
    busy.value = true
    problem.value = null
    try {
      const answer = await perform(input, key)
      key = ''
      return answer
    } catch (error) {
      problem.value = asProblem(error)
      if (problem.value.status === 401) expired()
      return undefined
    } finally {
      busy.value = false
    }
  }

  return { run, busy, problem }
}
