/** What was written and is not on the server yet, on this device: it outlives a reload, a crash and a session that ended. */

import { watch } from 'vue'

import { useSession } from '@/shared/api/session'
import { onShelf } from '@/shared/offline/shelf'

import type { Autosave, Unsaved } from './autosave'
import { complete, type RecordFields } from './draft'

const SAVE_AFTER_MS = 250
const nameOf = (what: 'draft' | 'amend', visit: string): string => `record.${what}.${visit}`
export const owner = (): string => useSession().account.value?.id ?? ''

async function put(what: 'draft' | 'amend', visit: string, of: string, value: unknown): Promise<void> {
  const name = nameOf(what, visit)
  if (!of) return
  await onShelf(async (shelf) => {
    if (value === null) await shelf.delete('forms', [of, name])
    else await shelf.put('forms', { owner: of, name, value: JSON.parse(JSON.stringify(value)) as unknown, at: Date.now() })
  })
}

async function get(what: 'draft' | 'amend', visit: string): Promise<Record<string, unknown> | null> {
  const found = owner() ? await onShelf((shelf) => shelf.get('forms', [owner(), nameOf(what, visit)])) : undefined
  return typeof found?.value === 'object' ? (found.value as Record<string, unknown> | null) : null
}

/** Follows a draft for as long as it lives: what the server has is forgotten here. */
export function keepDraft(visit: string, draft: Autosave): () => void {
  const of = owner()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isKept = false

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    const unsaved = draft.unsaved()
    // Closed by another tab or doctor: the words were handed to an amendment, or are nobody's to save.
    if (!unsaved && !isKept) return
    isKept = unsaved !== null
    void put('draft', visit, of, unsaved)
  }
  const stop = watch([draft.fields, draft.state], () => {
    clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  })
  const onHide = (): void => {
    if (timer) save()
  }
  addEventListener('pagehide', onHide)
  return () => {
    stop()
    save()
    removeEventListener('pagehide', onHide)
  }
}

/** Of an earlier page of this account; null when there is nothing. */
export async function keptDraft(visit: string): Promise<Unsaved | null> {
  const found = await get('draft', visit)
  if (!found) return null
  return { base: complete(found['base'] as Partial<RecordFields>), fields: complete(found['fields'] as Partial<RecordFields>) }
}

export interface KeptAmendment {
  fields: RecordFields
  reason: string
}

export const keepAmendment = (visit: string, of: string, amendment: KeptAmendment | null): Promise<void> => put('amend', visit, of, amendment)

export async function keptAmendment(visit: string): Promise<KeptAmendment | null> {
  const found = await get('amend', visit)
  return found ? { fields: complete(found['fields'] as Partial<RecordFields>), reason: typeof found['reason'] === 'string' ? found['reason'] : '' } : null
}
