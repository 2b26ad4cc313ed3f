/** The doors of a site: the assistant's, and the screen's while a patient holds it. */

import { API, http } from '../api/http'
import type { Page } from '../api/contract'
import type { Heartbeat, IdentityOut, InboxReading, PaperOut, ReadingForm, ReadingOut, ScreenOut, StationOut, TodayOut, WalkInForm, WalkInOut, Wishes } from './types'

const walkIn = (id: string): string => `/site/walk-ins/${id}`

/** Signed in, at an enrolled browser of the own site; everybody else finds nothing here. */
export const site = {
  station: (signal?: AbortSignal) => http.get<StationOut>('/site/station', signal),
  enrol: (given: { code: string; label: string }, key?: string) => http.post<StationOut>('/site/station', given, key),
  setPin: (given: { pin: string; password: string }) => http.put<unknown>('/site/pin', given),
  today: (signal?: AbortSignal) => http.get<TodayOut>('/site/today', signal),
  identity: (given: { name: string; id_number: string }, key?: string) => http.post<IdentityOut>('/site/identities', given, key),
  walkIn: (id: string, signal?: AbortSignal) => http.get<WalkInOut>(walkIn(id), signal),
  /** The same id with the same form is the same walk-in. */
  register: (id: string, form: WalkInForm) => http.put<WalkInOut>(walkIn(id), form),
  complaint: (id: string, complaint: string) => http.put<WalkInOut>(`${walkIn(id)}/complaint`, { complaint }),
  pictures: (id: string, picture_ids: string[]) => http.put<WalkInOut>(`${walkIn(id)}/pictures`, { picture_ids }),
  leave: (id: string, reason: string, key?: string) => http.post<WalkInOut>(`${walkIn(id)}/leave`, { reason }, key),
  reading: (id: string, reading: string, form: ReadingForm) => http.put<ReadingOut>(`${walkIn(id)}/readings/${reading}`, form),
  withdrawReading: (id: string, reading: string) => http.delete<unknown>(`${walkIn(id)}/readings/${reading}`),
  inbox: (since: string | null, signal?: AbortSignal) => http.get<Pick<Page<InboxReading>, 'items'>>(`/site/readings${since ? `?since=${encodeURIComponent(since)}` : ''}`, signal),
  takeReading: (id: string, reading: string, key?: string, confirmed = false) => http.post<ReadingOut>(`${walkIn(id)}/readings/${reading}/take`, confirmed ? { confirmed } : {}, key),
  /** From here on this browser is the patient's, until the screen is taken back. */
  handOver: (id: string, key?: string) => http.post<unknown>(`${walkIn(id)}/screen`, {}, key),
  papers: (id: string, signal?: AbortSignal) => http.get<PaperOut>(`${walkIn(id)}/papers`, signal),
  heartbeat: (told: Heartbeat) => http.post<unknown>('/site/heartbeat', told),
}

/** The addresses of what is printed. */
export const paper = {
  summary: (id: string): string => `${API}${walkIn(id)}/papers/summary.pdf`,
  prescription: (id: string, prescription: string): string => `${API}${walkIn(id)}/papers/prescriptions/${prescription}.pdf`,
}

/** While the patient holds the screen. */
export const screen = {
  read: (signal?: AbortSignal) => http.get<ScreenOut>('/site/screen', signal),
  wishes: (given: Wishes) => http.put<ScreenOut>('/site/screen/wishes', given),
  complaint: (complaint: string) => http.put<ScreenOut>('/site/screen/complaint', { complaint }),
  done: (key?: string) => http.post<unknown>('/site/screen/done', {}, key),
  back: (pin: string, key?: string) => http.post<unknown>('/site/screen/back', { pin }, key),
}
