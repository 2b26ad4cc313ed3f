import { http, newKey } from '@/shared/api/http'

import type { GuestRoom, Invitation, Made, Wanted } from './types'

const DEVICE = 'xinglin.guest.device'

/** Names this browser to the link, so that coming in twice is coming in once. */
export function device(): string {
  try {
    const known = localStorage.getItem(DEVICE) ?? newKey()
    localStorage.setItem(DEVICE, known)
    return known
  } catch {
    return newKey()
  }
}

export const joining = {
  invite: ({ visit, ...wanted }: Wanted, key: string) => http.post<Made>(`/consultations/${visit}/links`, wanted, key),
  dismiss: async ({ visit, link }: { visit: string; link: string }): Promise<true> => {
    await http.delete(`/consultations/${visit}/links/${link}`)
    return true
  },
  /** The session brings the cookie that every act needs; a stranger to the house has none yet. */
  look: async (token: string): Promise<Invitation> => {
    await http.get('/session')
    return http.post<Invitation>('/guest/look', { token })
  },
  enter: (given: { token: string; name: string; agreed: boolean }, key: string) => http.post<{ until: string }>('/guest/enter', { ...given, device: device() }, key),
  room: (signal?: AbortSignal) => http.get<GuestRoom>('/guest/room', signal),
  leave: async (_: null, key: string): Promise<true> => {
    await http.post('/guest/leave', {}, key)
    return true
  },
}
