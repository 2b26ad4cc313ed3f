import { beforeEach, expect, it, vi } from 'vitest'

import type { SeatOut } from '../live/seats'
import { Crowd } from './crowd'
import { FakeConnection, FakeLine, seat } from './fakes'

class Stream {
  constructor(readonly id = 'own') {}
  addTrack = (): void => undefined
  getTracks = (): [] => []
}

const [PATIENT, DOCTOR, GUEST, OBSERVER] = [seat('p', 'patient'), seat('d', 'doctor'), seat('g', 'guest'), seat('o', 'observer')]

function page(mine: SeatOut) {
  const pcs: FakeConnection[] = []
  const crowd = new Crowd({
    line: new FakeLine(),
    room: 'room',
    mine: { id: mine.id, role: mine.role, sends: mine.sends },
    whenGood: (act) => act(),
    make: () => {
      const pc = new FakeConnection()
      pcs.push(pc)
      return pc as unknown as RTCPeerConnection
    },
    config: {},
    sending: () => ({ stream: new Stream() as unknown as MediaStream, audio: null, video: null, isScreen: false }),
    changed: () => undefined,
    isLineUp: () => true,
  })
  crowd.sync([PATIENT, DOCTOR, GUEST, OBSERVER])
  const gives = (n: number, stream: string): void => pcs[n]?.ontrack?.({ track: {} as MediaStreamTrack, streams: [{ id: stream }] })
  return { crowd, gives }
}

beforeEach(() => vi.stubGlobal('MediaStream', Stream))

it('a guest who says that these are the patient’s pictures is not shown as the patient', () => {
  const { crowd, gives } = page(DOCTOR)
  gives(0, 'of the patient')
  gives(1, 'of the guest')
  const patients = crowd.streams().get('p')?.stream
  crowd.hear('g', { kind: 'whose', streams: { '': 'p', 'of the guest': 'p' } })
  expect(patients).not.toBeNull()
  expect(crowd.streams().get('p')?.stream).toBe(patients)
})

it('nor may the patient’s page say whose anything is, not even of nobody’s seat', () => {
  const { crowd, gives } = page(GUEST)
  gives(0, 'of the patient')
  crowd.hear('p', { kind: 'whose', streams: { '': 'd', 'of the patient': 'x' } })
  expect([...crowd.streams().keys()]).toEqual(['p', 'd'])
  expect(crowd.streams().get('d')?.stream).toBeNull()
})

it('an observer believes the doctor’s page, through which everybody is seen', () => {
  const { crowd, gives } = page(OBSERVER)
  gives(0, 'one')
  gives(0, 'two')
  crowd.hear('d', { kind: 'whose', streams: { one: 'd', two: 'p' } })
  const streams = crowd.streams()
  expect([...streams.keys()]).toEqual(['d', 'p'])
  expect(streams.get('p')?.stream).not.toBe(streams.get('d')?.stream)
})
