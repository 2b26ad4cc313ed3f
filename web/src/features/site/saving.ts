/** Where a registration goes: to the house at once. */

import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { uploadFile } from '@/shared/api/upload'
import { site } from '@/shared/site/api'
import type { ReadingForm, WalkInForm, WalkInOut } from '@/shared/site/types'

export interface Capture {
  id: string
  form: WalkInForm
  readings: ({ id: string } & ReadingForm)[]
  pictures: { id: string; blob: Blob }[]
}

export interface Saved {
  state: 'sent' | 'kept' | 'refused'
  walkIn: WalkInOut | null
  problem: ApiProblem | null
  readings: { id: string; problem: ApiProblem }[]
}

let password = ''

/** Opens what an outage keeps here; in memory only. */
export function heardPassword(given: string): void {
  password = given
}

export const hasPassword = (): boolean => password !== ''

export async function saveCapture(capture: Capture): Promise<Saved> {
  const refused: Saved['readings'] = []
  try {
    let walkIn = await site.register(capture.id, capture.form)
    for (const { id, ...form } of capture.readings) await site.reading(capture.id, id, form).catch((error: unknown) => refused.push({ id, problem: asProblem(error) }))
    const files = await Promise.all(capture.pictures.map(({ id, blob }) => uploadFile(blob, id, { kind: 'picture' }, () => undefined).done))
    if (files.length) walkIn = await site.pictures(capture.id, files.map((file) => file.id))
    return { state: refused.length ? 'refused' : 'sent', walkIn, problem: null, readings: refused }
  } catch (error) {
    return { state: 'refused', walkIn: null, problem: asProblem(error), readings: refused }
  }
}
