/** The record's door. */
import { http } from '@/shared/api/http'
import { asProblem, type ApiProblem } from '@/shared/api/problem'

import type { SaveAnswer, Stored } from './autosave'
import { complete, type Diagnosis, type RecordFields } from './draft'
import type { Draft, RecordAnswer, Version } from './types'

// A session that ended is no reason to give up the words: they wait for whoever signs in again.
const LOST = new Set([403, 404])
const pathOf = (visit: string): string => `/consultations/${visit}/record`

export const readRecord = (visit: string, signal?: AbortSignal): Promise<RecordAnswer> => http.get<RecordAnswer>(pathOf(visit), signal)

export const asStored = (draft: Draft): Stored => ({ fields: complete(draft.fields), revision: draft.revision, saved_at: draft.saved_at })

/** `refused` hears what the server finds wrong with the words themselves; saving them again would not help. */
export async function saveDraft(visit: string, fields: RecordFields, revision: number, refused: (problem: ApiProblem | null) => void): Promise<SaveAnswer> {
  try {
    const saved = await http.put<{ revision: number; saved_at: string }>(pathOf(visit), { fields, revision })
    refused(null)
    return { kind: 'saved', ...saved }
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code === 'record_signed' || LOST.has(problem.status)) return { kind: 'closed' }
    if (problem.code === 'record_changed') return { kind: 'changed', stored: asStored((await readRecord(visit)).draft) }
    refused(problem.status === 422 ? problem : null)
    return { kind: 'failed' }
  }
}

export const signRecord = (visit: string, revision: number, key: string): Promise<Version> => http.post<Version>(`${pathOf(visit)}/sign`, { revision }, key)

export const amendRecord = (visit: string, fields: RecordFields, reason: string, key: string): Promise<Version> =>
  http.post<Version>(`${pathOf(visit)}/amend`, { fields, reason }, key)

export const readVersions = (visit: string, signal?: AbortSignal): Promise<{ items: Version[] }> => http.get(`${pathOf(visit)}/versions`, signal)

export const findDiagnoses = (words: string, signal?: AbortSignal): Promise<{ items: Diagnosis[] }> => http.get(`/diagnoses?q=${encodeURIComponent(words)}`, signal)
