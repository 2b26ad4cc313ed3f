/** The page on which a call is held: the doctor's beside the visit, everybody else's has one of its own. */
import type { RouteLocationRaw } from 'vue-router'

import type { CallOut } from '@/shared/call/types'

export const placeOf = (call: Pick<CallOut, 'id' | 'consultation_id' | 'about'>): RouteLocationRaw =>
  call.about === null ? { name: 'workbench', params: { visit: call.consultation_id } } : { name: 'call', params: { call: call.id } }
