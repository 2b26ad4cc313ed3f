import { describe, expect, it } from 'vitest'

import { between, CAMERA, climb, FOOT, highestFor, isSilent, verdictOf, type Counters, type Ladder, type Rung, type Sample } from './quality'
import { countersFrom, noCounters } from './stats'

const LOOK_MS = 2_000
const look = (more: Partial<Sample> = {}): Omit<Sample, 'at'> => ({
  rtt: 60,
  loss: 0,
  lossIn: 0,
  fpsOut: 15,
  fpsIn: 15,
  kbpsOut: 240,
  kbpsIn: 240,
  concealed: 0,
  isLimited: false,
  picture: 'camera',
  ...more,
})
const GOOD = look()
const LOSSY = look({ loss: 12 })
const STARVED = look({ isLimited: true, fpsOut: 5, kbpsOut: 40 })
const SILENT_PICTURE = look({ picture: 'none', fpsOut: null, kbpsOut: 25 })

/** Looks every 2 s; the rungs after each. */
function walk(looks: readonly Omit<Sample, 'at'>[], from: Ladder = FOOT, most: Rung = 'high', at = 0): { rungs: Rung[]; ladder: Ladder; at: number } {
  const rungs: Rung[] = []
  let ladder = from
  for (const each of looks) {
    at += LOOK_MS
    ladder = climb(ladder, { ...each, at }, most)
    rungs.push(ladder.rung)
  }
  return { rungs, ladder, at }
}
const times = <T>(n: number, it: T): T[] => Array.from({ length: n }, () => it)

describe('the ladder', () => {
  it('starts small and goes up after ten good seconds, not before', () => {
    expect(walk(times(7, GOOD)).rungs).toEqual([...times(5, 'start'), 'high', 'high'])
  })
  it('one look that is not good makes the ten seconds begin anew', () => {
    expect(walk([...times(4, GOOD), look({ loss: 3 }), ...times(5, GOOD)]).rungs).toEqual(times(10, 'start'))
  })
  it('comes down a rung after four strained seconds', () => {
    const { ladder, at } = walk(times(6, GOOD))
    expect(walk(times(4, look({ loss: 6 })), ladder, 'high', at).rungs).toEqual(['high', 'high', 'start', 'start'])
  })
  it('comes down when the line gives far less than the rung allows', () => {
    expect(walk(times(4, look({ isLimited: true, kbpsOut: 90, fpsOut: 14 }))).rungs).toEqual(['start', 'start', 'low', 'low'])
  })
  it('is not held down by the limit it has set itself', () => {
    const atItsOwnLimit = look({ isLimited: true, kbpsOut: 95, fpsOut: 12 })
    const low: Ladder = { ...FOOT, rung: 'low' }
    expect(walk(times(7, atItsOwnLimit), low).rungs.at(-1)).toBe('start')
  })
  it('goes no higher than the number of receivers allows, and comes down to it', () => {
    expect(walk(times(20, GOOD), FOOT, 'start').rungs.at(-1)).toBe('start')
    expect(walk(times(1, GOOD), { ...FOOT, rung: 'high' }, 'low').rungs).toEqual(['low'])
    expect([0, 1, 2, 3, 4].map(highestFor)).toEqual(['high', 'high', 'start', 'low', 'low'])
  })
})

describe('a line that stays as it is', () => {
  const LIMITS = { audio: { most: 0, fps: 0 }, ...CAMERA }
  /** The ladder over so many seconds of a line that carries so many kbit/s, of which the sound takes its part. */
  function live(kbps: number, seconds: number, from: Ladder = FOOT, at = 0): { rungs: Rung[]; ladder: Ladder; moves: number } {
    const rungs: Rung[] = [from.rung]
    let ladder = from
    for (let end = at + seconds * 1000; at < end; ) {
      at += LOOK_MS
      const { most, fps } = LIMITS[ladder.rung]
      const left = Math.max(0, kbps - 30)
      const picture = Math.min(most / 1000, left)
      // What is sent of the pictures keeps half of them longer than their sharpness.
      const fpsOut = most === 0 ? null : fps * Math.min(1, (2 * picture * 1000) / most)
      ladder = climb(ladder, { ...look({ picture: most === 0 ? 'none' : 'camera', fpsOut, kbpsOut: picture, isLimited: picture * 1000 < most }), at })
      rungs.push(ladder.rung)
    }
    return { rungs, ladder, moves: rungs.filter((rung, i) => i > 0 && rung !== rungs[i - 1]).length }
  }

  it.each([35, 60, 80, 100, 120, 150, 180, 220, 300, 400, 500, 700, 2_000])('at %i kbit/s moves a few times in five minutes, and ever less', (kbps) => {
    const first = live(kbps, 300)
    expect(first.moves).toBeLessThanOrEqual(8)
    expect(live(kbps, 300, first.ladder, 300_000).moves).toBeLessThanOrEqual(4)
  })
  it('settles where it can stay', () => {
    const most = (kbps: number): Rung | undefined => {
      const { rungs } = live(kbps, 300)
      return [...rungs].sort((a, b) => rungs.filter((each) => each === b).length - rungs.filter((each) => each === a).length)[0]
    }
    expect([35, 120, 300, 2_000].map(most)).toEqual(['audio', 'low', 'start', 'high'])
  })
  it('that gets better is found out, if only after four minutes', () => {
    const narrow = live(120, 300)
    expect(live(2_000, 300, narrow.ladder, 300_000).rungs).toContain('start')
  })
  it('and a rung that held for a while is climbed soon again', () => {
    const held: Ladder = { ...FOOT, since: 0, waits: { start: 160_000 } }
    const down = walk(times(4, look({ loss: 6 })), held, 'high', 60_000)
    expect([down.ladder.rung, walk(times(6, GOOD), down.ladder, 'high', down.at).rungs.at(-1)]).toEqual(['low', 'start'])
  })
})

describe('sound alone', () => {
  it('by itself after ten seconds of more than 8 % loss', () => {
    const { rungs } = walk(times(7, LOSSY))
    expect(rungs.indexOf('audio')).toBe(5)
  })
  it('by itself after ten seconds of fewer than 8 pictures, limited by the line', () => {
    expect(walk(times(7, STARVED)).rungs.indexOf('audio')).toBe(5)
  })
  it('few pictures of a camera that gives few are no weak line', () => {
    expect(walk(times(20, look({ fpsOut: 5 }))).rungs).not.toContain('audio')
  })
  it('few pictures of a shared screen are no weak line, loss is', () => {
    expect(walk(times(20, look({ picture: 'screen', isLimited: true, fpsOut: 1, kbpsOut: 30 }))).rungs).not.toContain('audio')
    expect(walk(times(7, look({ picture: 'screen', fpsOut: 1, loss: 15 }))).rungs).toContain('audio')
  })
  it('a bad moment is not enough, and one good look among bad ones does not save it', () => {
    expect(walk([...times(4, LOSSY), ...times(10, GOOD)]).rungs).not.toContain('audio')
    expect(walk([...times(3, LOSSY), GOOD, ...times(3, LOSSY)]).rungs).toContain('audio')
  })
  it('a gap in which nothing stood is no weak line, however it began and ended', () => {
    const before = walk(times(3, LOSSY))
    expect(walk(times(3, LOSSY), before.ladder, 'high', before.at + 30_000).rungs).not.toContain('audio')
  })
  it('exactly 8 % is still a picture', () => {
    expect(walk(times(20, look({ loss: 8 }))).rungs.at(-1)).toBe('low')
  })
  it('a line whose loss nobody can tell is not weak', () => {
    expect(walk(times(20, look({ loss: null, rtt: null }))).rungs.at(-1)).toBe('high')
  })
  it('loss takes nothing away from somebody who sends no picture', () => {
    expect(walk(times(20, look({ ...SILENT_PICTURE, loss: 20 }))).rungs).toEqual(times(20, 'start'))
  })
})

describe('the picture again', () => {
  const weak = walk(times(6, LOSSY))

  it('is tried small, after thirty good seconds', () => {
    const { rungs } = walk(times(17, SILENT_PICTURE), weak.ladder, 'high', weak.at)
    expect(rungs.slice(0, 15)).toEqual(times(15, 'audio'))
    expect(rungs[15]).toBe('low')
  })
  it('not while what is heard is made up, or lost', () => {
    expect(walk(times(40, look({ ...SILENT_PICTURE, concealed: 12 })), weak.ladder, 'high', weak.at).rungs).toEqual(times(40, 'audio'))
    expect(walk(times(40, look({ ...SILENT_PICTURE, loss: 5 })), weak.ladder, 'high', weak.at).rungs).toEqual(times(40, 'audio'))
  })
  it('each try that fails makes the next one wait twice as long, but never for good', () => {
    let state = weak
    const waits: number[] = []
    for (let i = 0; i < 6; i += 1) {
      const before = state.at
      const up = walk(times(130, SILENT_PICTURE), state.ladder, 'high', state.at)
      waits.push((up.rungs.indexOf('low') + 1) * LOOK_MS - LOOK_MS)
      const until = before + (up.rungs.indexOf('low') + 1) * LOOK_MS
      const tried = walk(times(up.rungs.indexOf('low') + 1, SILENT_PICTURE), state.ladder, 'high', before)
      state = walk(times(6, LOSSY), tried.ladder, 'high', until)
      expect(state.ladder.rung).toBe('audio')
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 240_000, 240_000])
  })
  it('a picture that has stood for a minute makes the wait short again', () => {
    const again: Ladder = { ...FOOT, rung: 'low', againMs: 120_000, triedSince: 0 }
    const stood = walk(times(40, look({ loss: 3 })), again, 'high', 0)
    expect(walk(times(8, LOSSY), stood.ladder, 'high', stood.at).ladder).toMatchObject({ rung: 'audio', againMs: 30_000 })
  })
})

describe('the verdict', () => {
  const over = (looks: Omit<Sample, 'at'>[]): string => verdictOf(looks.map((each, i) => ({ ...each, at: i * LOOK_MS })))

  it('good, fair or poor by loss, delay, and by what had to be made up', () => {
    expect(over(times(4, GOOD))).toBe('good')
    expect(over(times(4, look({ lossIn: 5 })))).toBe('fair')
    expect(over(times(4, look({ rtt: 500 })))).toBe('fair')
    expect(over(times(4, look({ concealed: 12 })))).toBe('poor')
    expect(over(times(4, LOSSY))).toBe('poor')
    expect(over(times(4, STARVED))).toBe('poor')
  })
  it('does not flicker: one look of four changes nothing, two do', () => {
    expect(over([GOOD, GOOD, LOSSY, GOOD])).toBe('good')
    expect(over([LOSSY, LOSSY, LOSSY, GOOD])).toBe('poor')
    expect(over([GOOD, GOOD, LOSSY, LOSSY])).toBe('poor')
  })
  it('knows the last seconds only', () => {
    expect(over([...times(10, LOSSY), ...times(4, GOOD)])).toBe('good')
  })
  it('says good before anything was seen', () => expect(verdictOf([])).toBe('good'))
})

describe('silence', () => {
  const after = (...kbps: number[]): Sample[] => kbps.map((kbpsIn, i) => ({ ...look({ kbpsIn }), at: i * LOOK_MS }))

  it('of six seconds, where something came before, is a connection that only says that it stands', () => {
    expect(isSilent(after(30, 0, 0, 0), true)).toBe(true)
    expect(isSilent(after(30, 0, 0), true)).toBe(false)
    expect(isSilent(after(0, 0, 0, 0), true)).toBe(true)
    expect(isSilent(after(0, 0, 0, 20), true)).toBe(false)
  })
  it('of somebody without a microphone is none', () => expect(isSilent(after(0, 0, 0, 0, 0), false)).toBe(false))
  it('is none before anything was measured', () => expect(isSilent([], true)).toBe(false))
})

describe('what happened between two looks', () => {
  const first: Counters = noCounters(0)
  const later = (more: Partial<Counters>): Counters => ({ ...noCounters(2_000), ...more })

  it('is told in kbit/s, pictures a second and percent', () => {
    const found = between(first, later({ bytesSent: 50_000, bytesReceived: 25_000, framesSent: 30, framesDecoded: 20, packetsReceived: 95, packetsLost: 5, samples: 1000, samplesConcealed: 40 }), 'camera')
    expect(found).toMatchObject({ kbpsOut: 200, kbpsIn: 100, fpsOut: 15, fpsIn: 10, lossIn: 5, concealed: 4 })
  })
  it('loss is weighed by what was sent of each kind', () => {
    const sent = { audio: { packets: 100, loss: 0 }, video: { packets: 300, loss: 20 } }
    expect(between(first, later({ sent, bytesSent: 1 }), 'camera')?.loss).toBe(15)
    expect(between(first, later({ bytesSent: 1 }), 'camera')?.loss).toBeNull()
  })
  it('another connection has nothing to do with the one before', () => {
    expect(between({ ...first, bytesSent: 9_000 }, later({ bytesSent: 10 }), 'camera')).toBeNull()
    expect(between(first, first, 'camera')).toBeNull()
  })
  it('a packet that came after all is not lost less than nothing', () => {
    expect(between({ ...first, packetsLost: 5 }, later({ packetsLost: 3, packetsReceived: 50 }), 'camera')?.lossIn).toBe(0)
  })
})

describe('the browser’s counters', () => {
  it('are read from the pair in use, and what was made up in silence does not count', () => {
    const found = countersFrom(
      [
        ['t', { type: 'transport', selectedCandidatePairId: 'p2' }],
        ['p1', { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 9, localCandidateId: 'l1' }],
        ['p2', { type: 'candidate-pair', currentRoundTripTime: 0.08, localCandidateId: 'l2' }],
        ['l2', { type: 'local-candidate', candidateType: 'relay' }],
        ['o1', { type: 'outbound-rtp', kind: 'audio', packetsSent: 50, bytesSent: 4_000 }],
        ['o2', { type: 'outbound-rtp', kind: 'video', packetsSent: 20, bytesSent: 9_000, framesSent: 12, qualityLimitationReason: 'bandwidth' }],
        ['r1', { type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.1 }],
        ['i1', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 40, packetsLost: 2, bytesReceived: 3_000, totalSamplesReceived: 900, concealedSamples: 90, silentConcealedSamples: 60 }],
      ],
      7,
    )
    expect(found).toMatchObject({ at: 7, rtt: 80, isRelayed: true, bytesSent: 13_000, framesSent: 12, isLimited: true, packetsReceived: 40, samplesConcealed: 30 })
    expect(found.sent.video).toEqual({ packets: 20, loss: 10 })
    expect(found.sent.audio.loss).toBeNull()
  })
})
