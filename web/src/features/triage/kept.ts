/** The answers of one interview on this device, and the screen that was reached: a reload or a lost line loses none. Wiped at sign-out by their name. */

import type { Answers } from '@/shared/api/contract'

export interface Kept {
  answers: Answers
  reached: string
}
const keyOf = (intake: string): string => `xinglin.answers.${intake}`

export function readKept(intake: string, store: Storage = localStorage): Kept {
  try {
    const found = JSON.parse(store.getItem(keyOf(intake)) ?? '{}') as { answers?: unknown; reached?: unknown } | null
    const answers = typeof found?.answers === 'object' ? ((found.answers ?? {}) as Answers) : {}
    return { answers, reached: typeof found?.reached === 'string' ? found.reached : '' }
  } catch {
    return { answers: {}, reached: '' }
  }
}

export function keep(intake: string, kept: Kept, store: Storage = localStorage): void {
  try {
    store.setItem(keyOf(intake), JSON.stringify(kept))
  } catch {
    // A full or forbidden store costs what is kept here, not the page; the server keeps it too.
  }
}

export function dropKept(intake: string, store: Storage = localStorage): void {
  store.removeItem(keyOf(intake))
}
