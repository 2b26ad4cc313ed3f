/** One draft per account, visit and tab: whoever comes back to a visit finds the words that were not saved yet. */
import { effectScope, shallowRef, type ShallowRef } from 'vue'

import type { ApiProblem } from '@/shared/api/problem'
import { beforeSignOut } from '@/shared/api/session'

import { saveDraft } from './api'
import { Autosave, type SaveAnswer } from './autosave'
import type { RecordFields } from './draft'
import { keepDraft, keptDraft, owner } from './keeping'

export interface Desk {
  draft: Autosave
  /** What the server refuses about the words themselves. */
  problem: ShallowRef<ApiProblem | null>
  /** Brings back what an earlier page could not save. */
  restore: () => Promise<void>
  leave: () => void
  /** Whose, and of which visit. */
  key: string
}

const kept = new Map<string, Desk>()
/** While it may still be said who wrote them. */
beforeSignOut(() => Promise.all([...kept.values()].map(({ draft }) => draft.flush())).then(() => undefined))

/** `isNew` when nothing unsaved was left here, so that the server's words are to be loaded. */
export function openDesk(visit: string): { desk: Desk; isNew: boolean } {
  const of = owner()
  const key = `${of} ${visit}`
  const found = kept.get(key)
  if (found) return { desk: found, isNew: false }
  const problem = shallowRef<ApiProblem | null>(null)
  // Whoever signs in on this page afterwards would be refused, and the words given up: they wait for their own account.
  const save = (fields: RecordFields, revision: number): Promise<SaveAnswer> =>
    owner() === of ? saveDraft(visit, fields, revision, (found) => (problem.value = found)) : Promise.resolve({ kind: 'failed' })
  const draft = new Autosave({ save })
  const leave = effectScope(true).run(() => keepDraft(visit, draft)) ?? (() => undefined)
  const restore = async (): Promise<void> => {
    const unsaved = await keptDraft(visit)
    if (unsaved) draft.restore(unsaved)
  }
  const desk = { draft, problem, restore, leave, key }
  kept.set(key, desk)
  return { desk, isNew: true }
}

/** Saves what is left; a draft with words that could not be saved stays and goes on trying. */
export async function leaveDesk(desk: Desk): Promise<void> {
  await desk.draft.flush()
  if (kept.get(desk.key) !== desk || desk.draft.isUnsaved) return
  kept.delete(desk.key)
  desk.leave()
}
