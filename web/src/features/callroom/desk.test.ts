import { describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '@/shared/api/problem'
import type { CallOut } from '@/shared/call/types'

import { Desk, type Around, type Choice, type Kept } from './desk'
import type { Room } from './engine'

const CALL: CallOut = {
  id: 'c1', consultation_id: 'v1', channel: 'video', state: 'ringing', asked_by: 'doctor', asked_at: '2026-11-20T08:00:00Z', answered_at: null, ended_at: null, ending: null, ending_text: null, due_at: null,
  promised_ms: 900_000, clock_ms: 0, clock_running_since: null, down_since: null, recording: { state: 'off', patient: 'unasked', since: null }, still: { patient: 'unasked' }, people: [], observed: false,
  may: ['end'], consent: { version: '1', text: { zh: '', en: '' }, still_text: { zh: '', en: '' } }, about: null,
}
const FROM_PATIENT: CallOut = { ...CALL, asked_by: 'patient', may: ['answer', 'decline'] }

/** A house of one visit with at most one call, and the rooms that this page went into. */
function house(call: CallOut | null, keptCall: string | null = null) {
  const at = { call, kept: keptCall === null ? null : ({ call: keptCall, muted: false, camera: true } satisfies Kept) as Kept | null }
  const chosen: Choice[] = []
  const rooms: { call: string; isIn: boolean }[] = []
  const step = (change: Partial<CallOut>) => () => {
    if (!at.call) throw new ApiProblem({ status: 404, code: 'not_found', text: { zh: '', en: '' } })
    at.call = { ...at.call, ...change }
    return Promise.resolve(at.call)
  }
  const around: Around = {
    ofVisit: () => Promise.resolve({ call: at.call?.state === 'ended' ? null : at.call, may: [], wished: 'text' }),
    one: step({}),
    ring: () => Promise.resolve((at.call ??= CALL)),
    answer: step({ state: 'open', may: ['end'] }),
    decline: step({ state: 'ended', ending: 'declined' }),
    end: step({ state: 'ended', ending: 'ended_by_doctor' }),
    change: ({ channel }) => step({ channel })(),
    invitations: () => Promise.resolve([]),
    visits: () => Promise.resolve([{ id: 'v1', name: '苏念慈', isInCall: at.call !== null && at.call.state !== 'ended' }]),
    enter: (into, choice) => {
      chosen.push({ ...choice })
      const room = { call: into.id, isIn: true }
      rooms.push(room)
      return Promise.resolve({ leave: () => Promise.resolve(void (room.isIn = false)) } as unknown as Room)
    },
    memory: { read: () => at.kept, keep: (id) => (at.kept = id) },
    may: () => true,
  }
  const desk = new Desk(around)
  const happens = async (change: Partial<CallOut>, kind = 'CallAnswered') => {
    if (at.call) at.call = { ...at.call, ...change }
    await desk.hear({ kind, data: { call_id: 'c1', consultation_id: 'v1' } })
  }
  return { desk, at, rooms, around, happens, chosen }
}

describe('the desk of calls', () => {
  it('goes in when the other side answers, and not before', async () => {
    const { desk, rooms, happens } = house(null)
    await desk.ring('v1', 'video')
    expect(desk.call.value?.state).toBe('ringing')
    expect(desk.names.get('v1')).toBe('苏念慈')
    expect(rooms).toEqual([])
    await happens({ state: 'open' })
    expect(rooms).toEqual([{ call: 'c1', isIn: true }])
  })

  it('goes in once, however many events tell of it', async () => {
    const { desk, rooms, happens } = house(null)
    await desk.ring('v1', 'video')
    await Promise.all([happens({ state: 'open' }), happens({}, 'CallPeopleChanged'), happens({}, 'CallChannelChanged')])
    expect(rooms).toHaveLength(1)
  })

  it('leaves the room with the end of the call, and says how it ended until it is put away', async () => {
    const { desk, rooms, happens } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    await happens({ state: 'ended', ending: 'ended_by_patient' }, 'CallEnded')
    expect(rooms).toEqual([{ call: 'c1', isIn: false }])
    expect([desk.call.value, desk.outcome.value?.ending]).toEqual([null, 'ended_by_patient'])
    desk.dismiss()
    expect(desk.outcome.value).toBeNull()
  })

  it('rings for what a patient asks, in whatever visit, until somebody has answered', async () => {
    const { desk, happens } = house(FROM_PATIENT)
    await happens({}, 'CallRung')
    expect(desk.incoming.value.map((call) => call.id)).toEqual(['c1'])
    await happens({ state: 'open' })
    expect(desk.incoming.value).toEqual([])
  })

  it('does not ring for its own calls', async () => {
    const { desk, happens } = house(null)
    await desk.ring('v1', 'audio')
    await happens({}, 'CallRung')
    expect(desk.incoming.value).toEqual([])
  })

  it('answers by voice when asked to, before it goes in', async () => {
    const { desk, rooms, happens } = house(FROM_PATIENT)
    await happens({}, 'CallRung')
    await desk.answer(FROM_PATIENT, 'audio')
    expect(desk.call.value?.channel).toBe('audio')
    expect([desk.incoming.value, rooms.length]).toEqual([[], 1])
  })

  it('declines without ever holding the call', async () => {
    const { desk, rooms, happens } = house(FROM_PATIENT)
    await happens({}, 'CallRung')
    await desk.decline(FROM_PATIENT)
    expect([desk.incoming.value, desk.call.value, rooms]).toEqual([[], null, []])
  })

  it('comes back by itself after a reload, and only in the tab that was in', async () => {
    const back = house({ ...CALL, state: 'open' }, 'c1')
    await back.desk.start()
    expect(back.rooms).toHaveLength(1)
    const other = house({ ...CALL, state: 'open' }, null)
    await other.desk.start()
    expect([other.rooms, other.desk.call.value]).toEqual([[], null])
    await other.desk.take('c1')
    expect(other.rooms).toHaveLength(1)
  })

  it('goes in as its person had left the microphone and the camera, in this call and in no other', async () => {
    const { desk, chosen } = house({ ...CALL, state: 'open' })
    await desk.take('c1')
    desk.remember({ muted: true, camera: false })
    desk.remember({ muted: true })
    await desk.enter()
    await desk.leave()
    await desk.take('c1')
    expect(chosen.map(({ muted, camera }) => [muted, camera])).toEqual([[false, true], [true, false], [false, true]])
  })

  it('lets go of a camera that came too late', async () => {
    const { desk, around, happens } = house({ ...CALL, state: 'open' })
    let come: (room: Room) => void = () => undefined
    const leave = vi.fn(() => Promise.resolve())
    around.enter = () => new Promise((done) => (come = done))
    const taking = desk.take('c1')
    await vi.waitFor(() => expect(desk.isEntering.value).toBe(true))
    await happens({ state: 'ended', ending: 'ended_by_patient' }, 'CallEnded')
    come({ leave } as unknown as Room)
    await taking
    expect(leave.mock.calls).toHaveLength(1)
    expect(desk.room.value).toBeNull()
  })

  it('keeps the call when the line is down, and lets it go when the house no longer shows it', async () => {
    const { desk, around } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    around.one = () => Promise.reject(new ApiProblem({ status: 0, code: 'offline', text: { zh: '', en: '' } }))
    await desk.refresh()
    expect(desk.call.value?.id).toBe('c1')
    around.one = () => Promise.reject(new ApiProblem({ status: 404, code: 'not_found', text: { zh: '', en: '' } }))
    await desk.refresh()
    expect(desk.call.value).toBeNull()
  })

  it('says what the house refused, and stays as it was', async () => {
    const { desk, around, rooms } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    around.end = () => Promise.reject(new ApiProblem({ status: 409, code: 'call_over', text: { zh: '', en: '' } }))
    await desk.end()
    expect([desk.problem.value?.code, desk.call.value?.id, desk.untold.value]).toEqual(['call_over', 'c1', []])
    // Hung up, and not in again unless its person wants to.
    await desk.refresh()
    expect(rooms).toEqual([{ call: 'c1', isIn: false }])
  })

  it('hangs up at once though the house is away, and tells it when it is back', async () => {
    const { desk, around, rooms, at } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    const { end } = around
    around.end = () => Promise.reject(new ApiProblem({ status: 0, code: 'offline', text: { zh: '', en: '' } }))
    await desk.end()
    expect([rooms, desk.call.value, desk.problem.value, desk.untold.value, at.kept]).toEqual([[{ call: 'c1', isIn: false }], null, null, ['c1'], null])
    await desk.lookAgain()
    expect(desk.untold.value).toEqual(['c1'])
    around.end = end
    await desk.hear(null)
    expect([desk.untold.value, desk.outcome.value?.ending, at.call?.state, rooms.length]).toEqual([[], 'ended_by_doctor', 'ended', 1])
  })

  it('hangs up before the house has answered', async () => {
    const { desk, around, rooms } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    let come: (call: CallOut) => void = () => undefined
    around.end = () => new Promise((done) => (come = done))
    const ending = desk.end()
    await vi.waitFor(() => expect(rooms).toEqual([{ call: 'c1', isIn: false }]))
    come({ ...CALL, state: 'ended', ending: 'ended_by_doctor' })
    await ending
    expect(desk.outcome.value?.ending).toBe('ended_by_doctor')
  })

  it('takes it as told when the house says that the call is over', async () => {
    const { desk, around } = house({ ...CALL, state: 'open' }, 'c1')
    await desk.start()
    around.end = () => Promise.reject(new ApiProblem({ status: 503, code: 'away', text: { zh: '', en: '' } }))
    await desk.end()
    around.end = () => Promise.reject(new ApiProblem({ status: 409, code: 'call_over', text: { zh: '', en: '' } }))
    await desk.lookAgain()
    expect([desk.untold.value, desk.call.value]).toEqual([[], null])
  })

  it('asks nothing of a visit that is somebody else\'s, though it hears of its call', async () => {
    const { desk, around } = house(FROM_PATIENT)
    const asked = vi.spyOn(around, 'ofVisit')
    await desk.hear({ kind: 'CallInvited', data: { call_id: 'c9', consultation_id: 'v9' } })
    expect(asked.mock.calls).toEqual([])
  })

  it('asks nothing of visits for those who hold no calls', async () => {
    const { desk, around } = house(FROM_PATIENT)
    around.may = () => false
    await desk.start()
    await desk.hear({ kind: 'CallRung', data: { call_id: 'c1', consultation_id: 'v1' } })
    expect(desk.incoming.value).toEqual([])
  })

  it('knows nothing any more once its person has gone, and holds nothing that is answered late', async () => {
    const { desk, at, around, rooms, happens } = house(FROM_PATIENT)
    await happens({}, 'CallRung')
    await desk.take('c1')
    let come: (call: CallOut) => void = () => undefined
    around.one = () => new Promise((done) => (come = done))
    const taking = desk.take('c1')
    const looking = desk.look('v1')
    await desk.reset()
    come({ ...CALL, state: 'open' })
    await Promise.all([taking, looking])
    expect([desk.call.value, desk.incoming.value, desk.invited.value, desk.outcome.value, desk.problem.value, at.kept]).toEqual([null, [], [], null, null, null])
    expect([[...desk.names], rooms]).toEqual([[], []])
  })

  it('shows nothing of before to somebody who may not have it', async () => {
    const { desk, around, happens } = house(FROM_PATIENT)
    around.invitations = () => Promise.resolve([{ id: 'i' } as never])
    await happens({}, 'CallRung')
    await desk.readInvitations()
    expect([desk.incoming.value.length, desk.invited.value.length]).toEqual([1, 1])
    around.may = () => false
    await desk.hear(null)
    expect([desk.incoming.value, desk.invited.value]).toEqual([[], []])
  })
})
