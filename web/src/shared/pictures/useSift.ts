/** Photos that are blurred or dark are held back until the person has decided: take them again, or send them anyway. */

import { onScopeDispose, ref } from 'vue'

import { flawOfFile, type Flaw } from './quality'

export interface Poor {
  file: File
  preview: string
  flaw: Flaw
}

export function useSift(look: (file: File) => Promise<Flaw | null> = flawOfFile) {
  const poor = ref<Poor[]>([])
  let decide: ((send: boolean) => void) | null = null

  function settle(send: boolean): void {
    for (const each of poor.value) URL.revokeObjectURL(each.preview)
    poor.value = []
    decide?.(send)
    decide = null
  }
  onScopeDispose(() => settle(false))

  /** Those to send, in their order. */
  async function sift(files: readonly File[]): Promise<{ send: File[]; again: boolean }> {
    const flaws: (Flaw | null)[] = []
    // One after the other: nine photos decoded at once are too much for a small phone.
    for (const file of files) flaws.push(await look(file))
    const held = files.flatMap((file, i) => (flaws[i] ? [{ file, flaw: flaws[i], preview: URL.createObjectURL(file) }] : []))
    if (!held.length) return { send: [...files], again: false }
    settle(false)
    poor.value = held
    const anyway = await new Promise<boolean>((done) => (decide = done))
    return { send: anyway ? [...files] : files.filter((_, i) => !flaws[i]), again: !anyway }
  }

  return { poor, sift, sendAnyway: () => settle(true), takeAgain: () => settle(false) }
}

export type Sift = ReturnType<typeof useSift>
