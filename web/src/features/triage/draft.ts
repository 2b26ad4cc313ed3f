/** What somebody has begun to tell, kept on this device until it is sent: a reload or a detour loses no word. */

import type { Picture } from '@/shared/api/upload'

export interface Draft {
  patient: string
  complaint: string
  pictures: Picture[]
  /** Who shall have the visit; empty: any doctor. */
  doctor: string
}

const EMPTY: Draft = { patient: '', complaint: '', pictures: [], doctor: '' }
const keyOf = (owner: string): string => `xinglin.ask.${owner}`

const isPicture = (p: unknown): p is Picture => typeof p === 'object' && p !== null && 'id' in p && typeof p.id === 'string'

/** The owner separates the drafts of two people who share a browser. */
export function readDraft(owner: string, store: Storage = localStorage): Draft {
  try {
    const kept = JSON.parse(store.getItem(keyOf(owner)) ?? '{}') as Partial<Draft> | null
    return {
      patient: typeof kept?.patient === 'string' ? kept.patient : '',
      complaint: typeof kept?.complaint === 'string' ? kept.complaint : '',
      doctor: typeof kept?.doctor === 'string' ? kept.doctor : '',
      pictures: Array.isArray(kept?.pictures) ? kept.pictures.filter(isPicture) : [],
    }
  } catch {
    return { ...EMPTY }
  }
}

export function keepDraft(owner: string, draft: Draft, store: Storage = localStorage): void {
  const isEmpty = !draft.complaint && draft.pictures.length === 0 && !draft.doctor
  try {
    if (isEmpty) dropDraft(owner, store)
    else store.setItem(keyOf(owner), JSON.stringify(draft))
  } catch {
    // A full or forbidden store costs the draft, not the page.
  }
}

export function dropDraft(owner: string, store: Storage = localStorage): void {
  store.removeItem(keyOf(owner))
}
