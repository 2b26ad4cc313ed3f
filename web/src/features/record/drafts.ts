/** One draft per visit and tab: whoever comes back to a visit finds the words that were not saved yet. */
import { shallowRef, type ShallowRef } from 'vue'

import type { ApiProblem } from '@/shared/api/problem'

import { saveDraft } from './api'
import { Autosave } from './autosave'

export interface Desk {
  draft: Autosave
  /** What the server refuses about the words themselves. */
  problem: ShallowRef<ApiProblem | null>
}

const kept = new Map<string, Desk>()

/** `isNew` when nothing unsaved was left here, so that the server's words are to be loaded. */
export function openDesk(visit: string): { desk: Desk; isNew: boolean } {
  const found = kept.get(visit)
  if (found) return { desk: found, isNew: false }
  const problem = shallowRef<ApiProblem | null>(null)
  const draft = new Autosave({ save: (fields, revision) => saveDraft(visit, fields, revision, (found) => (problem.value = found)) })
  const desk = { draft, problem }
  kept.set(visit, desk)
  return { desk, isNew: true }
}

/** Saves what is left; a draft with words that could not be saved stays and goes on trying. */
export async function leaveDesk(visit: string, desk: Desk): Promise<void> {
  await desk.draft.flush()
  if (kept.get(visit) === desk && !desk.draft.isUnsaved) kept.delete(visit)
}
