import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem, offline } from '@/shared/api/problem'
import { FakeLine, settled } from '@/shared/call/fakes'
import type { Ticket } from '@/shared/call/types'

import { enter, entering, leave, out, problem, standing } from './current'
import { forget, mine, read } from './mine'

class NoTracks {
  getTracks = (): [] => []
  getAudioTracks = (): [] => []
  getVideoTracks = (): [] => []
}

let line: FakeLine
const ticket = (call: string, seat: string): Ticket => ({ room: call, call_id: call, seat, role: 'guest', backend: 'p2p', relay_only: false, ice_servers: [], seats: [], captions: null })
const come = (takeSeat = (call: string, seat: string) => Promise.resolve(ticket(call, seat))): Promise<void> =>
  enter({ visit: 'v', call: 'c', mode: 'audio', me: { role: 'guest', name: { zh: '', en: '' }, sends: true } }, { line, takeSeat })

beforeEach(() => {
  vi.stubGlobal('MediaStream', NoTracks)
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })))
  line = new FakeLine()
  out.value = null
  forget()
})
afterEach(async () => {
  await leave()
  vi.unstubAllGlobals()
})

describe('the call in which a page stands', () => {
  it('is kept for a reload from the moment one is inside', async () => {
    await come()
    expect([standing.value?.call, read()?.call, read()?.mode]).toEqual(['c', 'c', 'audio'])
  })
  it('is given up to another device at once, and not taken back by itself', async () => {
    await come()
    line.listener?.unseated('elsewhere')
    await settled()
    expect([standing.value, out.value, mine.value]).toEqual([null, { call: 'c', because: 'elsewhere' }, null])
  })
  it('can be taken back here by a tap', async () => {
    await come()
    line.listener?.unseated('elsewhere')
    await settled()
    await come()
    expect([standing.value?.call, out.value]).toEqual(['c', null])
  })
  it('is left once, and forgotten', async () => {
    await come()
    await leave()
    expect([standing.value, out.value?.because, read()]).toEqual([null, 'left', null])
  })
  it('keeps a muted microphone muted after a reload', async () => {
    await come()
    standing.value?.room.setMuted(true)
    await settled()
    expect(read()?.muted).toBe(true)
  })
  it('is tried again when only the line was missing, and not after a refusal', async () => {
    mine.value = { call: 'c', mode: 'audio', muted: false, camera: false }
    await come(() => Promise.reject(offline()))
    expect([mine.value.call, entering.value, problem.value?.status]).toEqual(['c', false, offline().status])
    await come(() => Promise.reject(new ApiProblem({ status: 409, code: 'room_closed' } as never)))
    expect([mine.value, standing.value]).toEqual([null, null])
  })
})
