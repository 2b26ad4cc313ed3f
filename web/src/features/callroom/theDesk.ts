/** The desk of this page. */
import { useSession } from '@/shared/api/session'
import { ifAble } from '@/shared/call/able'
import { calls } from '@/shared/call/api'

import { readInvitations, openVisits } from './api'
import { Desk } from './desk'
import { enterRoom } from './engine'

const KEPT = 'xinglin.in-call'

function read(): string | null {
  try {
    return sessionStorage.getItem(KEPT)
  } catch {
    return null
  }
}

function keep(call: string | null): void {
  try {
    if (call === null) sessionStorage.removeItem(KEPT)
    else sessionStorage.setItem(KEPT, call)
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
