/** The desk of this page. */
import { useSession } from '@/shared/api/session'
import { ifAble } from '@/shared/call/able'
import { calls } from '@/shared/call/api'

import { readInvitations, openVisits } from './api'
import { Desk, type Kept } from './desk'
import { enterRoom } from './engine'

const KEPT = 'xinglin.in-call'

function read(): Kept | null {
  try {
    const { call, muted, camera } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Partial<Kept>
    return typeof call === 'string' ? { call, muted: muted === true, camera: camera === true } : null
  } catch {
    return null
  }
}

function keep(kept: Kept | null): void {
  try {
    if (kept === null) sessionStorage.removeItem(KEPT)
    else sessionStorage.setItem(KEPT, JSON.stringify(kept))
  } catch {
    // Without a store one comes back by hand after a reload.
  }
}

export const desk = new Desk({
  ofVisit: (visit) => calls.ofVisit(visit),
  one: (call) => calls.one(call),
  ring: ifAble((asked) => calls.ring(asked)),
  answer: ifAble((call) => calls.answer(call)),
  decline: (call) => calls.decline(call),
  end: (call) => calls.end(call),
  change: (asked) => calls.change(asked),
  invitations: readInvitations,
  visits: openVisits,
  enter: ifAble(enterRoom, { sends: false }),
  memory: { read, keep },
  may: (permission) => useSession().account.value?.permissions.includes(permission) ?? false,
})
