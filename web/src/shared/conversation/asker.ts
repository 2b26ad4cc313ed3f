/** Who speaks on the patient's side of a visit: told once by the page, read by each message. */

import { inject, provide, type InjectionKey } from 'vue'

import type { AskedBy } from '../api/contract'

type Asker = () => AskedBy | undefined
const KEY: InjectionKey<Asker> = Symbol('asker')

export function provideAsker(asker: Asker): void {
  provide(KEY, asker)
}

/** Undefined for patients who speak for themselves. */
export function useAsker(): Asker {
  const asker = inject(KEY, () => undefined)
  return () => {
    const found = asker()
    return found && found.role !== 'self' ? found : undefined
  }
}
