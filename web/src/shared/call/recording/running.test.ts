import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { settled } from '../fakes'
import type { RecordingAlarm, RecordingSign } from '../types'
import type { Box, NewSegment } from './box'
import { Recording, type Source } from './recording'

vi.mock('./uploader', () => ({ resumeUploads: () => undefined }))

/** Gives a piece whenever the test says so. */
class FakeRecorder {
  static all: FakeRecorder[] = []
  static isTypeSupported = (): boolean => true
  state = 'recording'
  mimeType = 'video/webm'
  ondataavailable: ((e: { data: Blob }) => void) | null = null
  onstop: (() => void) | null = null
  constructor() {
    FakeRecorder.all.push(this)
  }
  start = (): void => undefined
  requestData = (): void => undefined
  stop(): void {
    this.state = 'inactive'
    this.gives()
    this.onstop?.()
  }
  gives(): void {
    this.ondataavailable?.({ data: new Blob(['piece']) })
  }
}
/** Keeps until it is told to hang. */
class FakeBox {
  isInMemory = false
  hangs = false
  readonly begun: NewSegment[] = []
  readonly added: string[] = []
  private refusals: ((segment: string, code: string) => void)[] = []
  begin = (told: NewSegment): Promise<string> => Promise.resolve(`s${this.begun.push(told)}`)
  private held: (() => void)[] = []
  async add(id: string): Promise<void> {
    if (this.hangs) await new Promise<void>((done) => this.held.push(done))
    this.added.push(id)
  }
  goesOn(): void {
    this.hangs = false
    for (const done of this.held.splice(0)) done()
  }
  close = (): Promise<void> => Promise.resolve()
  onRefused(heard: (segment: string, code: string) => void): () => void {
    this.refusals.push(heard)
    return () => (this.refusals = this.refusals.filter((each) => each !== heard))
  }
  async refuses(segment: string, code = 'recording_not_agreed'): Promise<void> {
    for (const heard of this.refusals) heard(segment, code)
    await settled()
  }
}

const track = (id: string): MediaStreamTrack => ({ id, kind: 'audio', readyState: 'live' }) as MediaStreamTrack
const both: Source[] = [
  { seat: 'd', role: 'doctor', audio: track('doctors'), video: null },
  { seat: 'p', role: 'patient', audio: track('patients'), video: null },
]
function stand() {
  const box = new FakeBox()
  const told: [RecordingSign, RecordingAlarm | null][] = []
  const recording = new Recording({ owner: 'wang', call: 'call', seat: 'd' }, (...said) => told.push(said), box as unknown as Box)
  recording.follow(both)
  return { box, told, recording }
}
let passed = 0
/** Pieces come every two seconds, as they should. */
async function passes(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 250) {
    await vi.advanceTimersByTimeAsync(250)
    passed += 250
    if (passed % 2_000 === 0) for (const recorder of FakeRecorder.all) if (recorder.state === 'recording') recorder.gives()
    await settled()
  }
}

beforeEach(() => {
  passed = 0
  FakeRecorder.all = []
  vi.useFakeTimers()
  vi.stubGlobal('MediaRecorder', FakeRecorder)
  vi.stubGlobal('MediaStream', Object)
  vi.stubGlobal('Blob', class { size = 5; arrayBuffer = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(5)) })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('what nobody agreed to', () => {
  it('a segment left from an earlier recording ends nothing of this one', async () => {
    const { box, told, recording } = stand()
    await box.refuses('of an earlier call')
    await passes(4_000)
    expect([recording.isOver, told]).toEqual([false, [['on', null]]])
    expect(FakeRecorder.all.map(({ state }) => state)).toEqual(['recording', 'recording'])
  })
  it('ends the strand that has it, and the recording with the last of them', async () => {
    const { box, told, recording } = stand()
    await box.refuses('s1')
    await passes(4_000)
    expect(FakeRecorder.all.map(({ state }) => state)).toEqual(['inactive', 'recording'])
    expect(told.at(-1)).toEqual(['lost', 'lost'])
    await box.refuses('s2')
    expect([recording.isOver, told.at(-1)]).toEqual([true, ['lost', 'lost']])
    await passes(4_000)
    expect(FakeRecorder.all).toHaveLength(2)
  })
  it('is not what another refusal means: that begins another segment', async () => {
    const { box } = stand()
    await box.refuses('s1', 'segment_closed')
    expect(box.begun.map(({ of }) => of)).toEqual(['d', 'p', 'd'])
  })
})

describe('the alarm', () => {
  it('is silent while pieces come and are kept', async () => {
    const { told, box } = stand()
    await passes(20_000)
    expect([told, box.added.length]).toEqual([[['on', null]], 20])
  })
  it('comes within three seconds of a piece that nothing keeps, and goes when it is kept', async () => {
    const { told, box } = stand()
    await passes(3_750)
    box.hangs = true
    await passes(250)
    await passes(2_500)
    expect(told.at(-1)).toEqual(['on', null])
    await passes(500)
    expect(told.at(-1)).toEqual(['lost', 'lost'])
    box.goesOn()
    await passes(250)
    expect(told.at(-1)).toEqual(['on', null])
  })
  it('comes within three seconds of a recorder’s last piece', async () => {
    const { told } = stand()
    await passes(2_000)
    for (const recorder of FakeRecorder.all) recorder.gives = () => undefined
    await passes(3_000)
    expect(told.at(-1)).toEqual(['lost', 'lost'])
  })
})
