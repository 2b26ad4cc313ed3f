/**
 * How well the line carries, and what may be sent over it: pure, from one look at the counters to the next.
 * Sound comes first: the picture gets smaller, then stops, and is tried again when the line has been good for a while.
 * The figures are ours, from measurements on narrow and lossy links; no rule of law or medicine stands behind them.
 */

import type { Verdict } from './types'

/** Counters of one connection, as the browser has counted since it was made. */
export interface Counters {
  at: number
  rtt: number | null
  isRelayed: boolean | null
  sent: Record<'audio' | 'video', { packets: number; /** Percent, as the other side last said. */ loss: number | null }>
  bytesSent: number
  framesSent: number
  /** The browser makes the picture worse because the line gives no more. */
  isLimited: boolean
  packetsReceived: number
  packetsLost: number
  bytesReceived: number
  framesDecoded: number
  samples: number
  samplesConcealed: number
}

/** What happened between two looks; null what could not be told. */
export interface Sample {
  at: number
  rtt: number | null
  loss: number | null
  lossIn: number | null
  fpsOut: number | null
  fpsIn: number | null
  kbpsOut: number | null
  kbpsIn: number | null
  concealed: number | null
  isLimited: boolean
  picture: 'none' | 'camera' | 'screen'
}

const share = (part: number, whole: number): number | null => (whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : null)

/** Weighed by what was sent of each kind: a lost picture must not hide that the sound arrives. */
function lossOut(before: Counters, after: Counters): number | null {
  let packets = 0
  let lost = 0
  for (const kind of ['audio', 'video'] as const) {
    const sent = after.sent[kind].packets - before.sent[kind].packets
    const loss = after.sent[kind].loss
    if (sent <= 0 || loss === null) continue
    packets += sent
    lost += (loss / 100) * sent
  }
  return share(lost, packets)
}

/** Null when the connection is another one, or no time has passed. */
export function between(before: Counters, after: Counters, picture: Sample['picture']): Sample | null {
  const seconds = (after.at - before.at) / 1000
  if (seconds <= 0 || after.bytesSent < before.bytesSent || after.bytesReceived < before.bytesReceived) return null
  const received = after.packetsReceived - before.packetsReceived
  const lost = Math.max(0, after.packetsLost - before.packetsLost)
  const kbps = (bytes: number): number => (bytes * 8) / 1000 / seconds
  return {
    at: after.at,
    rtt: after.rtt,
    loss: lossOut(before, after),
    lossIn: share(lost, received + lost),
    fpsOut: picture === 'none' ? null : Math.max(0, after.framesSent - before.framesSent) / seconds,
    fpsIn: Math.max(0, after.framesDecoded - before.framesDecoded) / seconds,
    kbpsOut: kbps(after.bytesSent - before.bytesSent),
    kbpsIn: kbps(after.bytesReceived - before.bytesReceived),
    concealed: share(after.samplesConcealed - before.samplesConcealed, after.samples - before.samples),
    isLimited: after.isLimited,
    picture,
  }
}

export type Grade = Exclude<Verdict, 'down'>
/** Loss and concealed sound in percent, the round trip in milliseconds. */
type Limit = Record<'loss' | 'rtt' | 'concealed', number>
/** Above which a line is told to be so: before a call, in it and after it. The house tells its watchers the same (`queries/calls_past.py`). */
const FAIR: Limit = { loss: 3, rtt: 400, concealed: 4 }
const POOR: Limit = { loss: 8, rtt: 900, concealed: 10 }
/** Below it a picture that the line holds back is no picture. */
const POOR_FPS = 8
/** With which a verdict is coloured on paper: what is no good and no trouble is plain. */
export const TONE: Record<Verdict, 'good' | '' | 'warn' | 'bad'> = { good: 'good', fair: '', poor: 'warn', down: 'bad' }
const VERDICT_WINDOW_MS = 8_000

const above = (value: number | null, limit: number): boolean => value !== null && value > limit
/** A shared page moves little: few pictures of it say nothing. */
const isStarved = ({ picture, isLimited, fpsOut }: Sample): boolean => picture === 'camera' && isLimited && fpsOut !== null && fpsOut < POOR_FPS

/** Null: could not be told. */
export function gradeOf({ loss, rtt, concealed = null }: { loss: number | null; rtt: number | null; concealed?: number | null }): Grade {
  const passes = (limit: Limit): boolean => above(loss, limit.loss) || above(rtt, limit.rtt) || above(concealed, limit.concealed)
  if (passes(POOR)) return 'poor'
  return passes(FAIR) ? 'fair' : 'good'
}

/** In the worse of the two directions. */
const gradeOfSample = (sample: Sample): Grade => (isStarved(sample) ? 'poor' : gradeOf({ ...sample, loss: Math.max(sample.loss ?? 0, sample.lossIn ?? 0) }))

/** Of the last seconds, oldest first: one bad look does not make a bad line, and one good look no good one. */
export function verdictOf(samples: readonly Sample[]): Grade {
  const newest = samples.at(-1)?.at ?? 0
  const grades = samples.filter(({ at }) => newest - at < VERDICT_WINDOW_MS).map(gradeOfSample)
  const least = Math.max(1, grades.length / 2)
  if (grades.filter((grade) => grade === 'poor').length >= least) return 'poor'
  return grades.filter((grade) => grade !== 'good').length >= least ? 'fair' : 'good'
}

/** `audio`: no picture is sent, because the line is too weak for one. */
export type Rung = 'audio' | 'low' | 'start' | 'high'
const UP: Record<Rung, Rung> = { audio: 'low', low: 'start', start: 'high', high: 'high' }
const DOWN: Record<Rung, Rung> = { audio: 'audio', low: 'low', start: 'low', high: 'start' }
const HEIGHT: Record<Rung, number> = { audio: 0, low: 1, start: 2, high: 3 }

export interface Limits {
  /** Bits a second. */
  most: number
  fps: number
  /** 2: half as wide and half as high as the camera gives. */
  scale: number
}
export const CAMERA: Record<Exclude<Rung, 'audio'>, Limits> = {
  low: { most: 100_000, fps: 12, scale: 2 },
  start: { most: 250_000, fps: 15, scale: 2 },
  high: { most: 600_000, fps: 20, scale: 1 },
}
/** Never scaled: text that cannot be read is worth nothing, one picture a second is. */
export const SCREEN: Record<Exclude<Rung, 'audio'>, Limits> = {
  low: { most: 150_000, fps: 2, scale: 1 },
  start: { most: 350_000, fps: 5, scale: 1 },
  high: { most: 800_000, fps: 10, scale: 1 },
}
export const SOUND = { wide: 32_000, narrow: 20_000 }

/** Every page more is sent to again: the sum must stay within a house's uplink. */
export function highestFor(receivers: number): Rung {
  if (receivers <= 1) return 'high'
  return receivers === 2 ? 'start' : 'low'
}

const TOO_WEAK_MS = 10_000
/** A single good look does not break a bad stretch. */
const TOO_WEAK_SHARE = 0.8
const STRAINED_MS = 4_000
const UP_AFTER_MS = 10_000
const VIDEO_AGAIN_MS = 30_000
const VIDEO_AGAIN_MOST_MS = 240_000
/** Fallen again so soon: the line does not carry a picture, and each try costs sound. */
const RELAPSE_MS = 60_000
/** Strained so soon after a climb: the rung is too high for this line, and each try shows in the picture. */
const TOO_HIGH_MS = 30_000
const UP_AGAIN_MOST_MS = 240_000
const STRAINED_LOSS = 4
const GOOD = { loss: 2, rtt: 500, concealed: 5 }
/** Far below what we allow: then the line is what limits, not we. */
const USED = 0.7

export interface Ladder {
  rung: Rung
  goodSince: number | null
  strainedSince: number | null
  recent: readonly { at: number; isWeak: boolean }[]
  /** How long it must be good before the picture is tried again. */
  againMs: number
  /** When the picture was last tried again; null while it never had to be. */
  triedSince: number | null
  /** When it climbed onto the rung it stands on, or began there; null before the first look. */
  since: number | null
  /** How long it must be good before a rung that proved too high is climbed again. */
  waits: Partial<Record<Rung, number>>
}

export const FOOT: Ladder = { rung: 'start', goodSince: null, strainedSince: null, recent: [], againMs: VIDEO_AGAIN_MS, triedSince: null, since: null, waits: {} }

const isWeak = (sample: Sample): boolean => isStarved(sample) || above(sample.loss, POOR.loss)

/** Limited by the line, and not by what this rung allows. */
function isNarrow({ rung }: Ladder, { picture, isLimited, kbpsOut }: Sample): boolean {
  if (!isLimited || picture !== 'camera' || rung === 'audio') return false
  return kbpsOut === null || kbpsOut * 1000 < USED * CAMERA[rung].most
}

function isGood(ladder: Ladder, sample: Sample): boolean {
  if (above(sample.loss, GOOD.loss) || above(sample.rtt, GOOD.rtt)) return false
  return ladder.rung === 'audio' ? !above(sample.concealed, GOOD.concealed) : !isNarrow(ladder, sample)
}

function isTooWeak(recent: Ladder['recent']): boolean {
  const first = recent[0]
  const last = recent.at(-1)
  if (!first || !last || last.at - first.at < TOO_WEAK_MS) return false
  return last.isWeak && recent.filter((look) => look.isWeak).length >= TOO_WEAK_SHARE * recent.length
}

/** Nobody looked, because nothing stood: what was before says nothing of now. */
const GAP_MS = 5_000
function sinceGap(ladder: Ladder, at: number): Ladder {
  const last = ladder.recent.at(-1)?.at ?? at
  return at - last > GAP_MS ? { ...ladder, goodSince: null, strainedSince: null, recent: [] } : ladder
}

function lookedAt(before: Ladder, sample: Sample): Ladder {
  const ladder = sinceGap(before, sample.at)
  const isStrained = above(sample.loss, STRAINED_LOSS) || isNarrow(ladder, sample)
  const all = [...ladder.recent, { at: sample.at, isWeak: isWeak(sample) }]
  // One look older than the window is kept: with it the window is known to be full.
  const oldest = Math.max(0, all.findLastIndex(({ at }) => sample.at - at >= TOO_WEAK_MS))
  return {
    ...ladder,
    since: ladder.since ?? sample.at,
    goodSince: isGood(ladder, sample) ? (ladder.goodSince ?? sample.at) : null,
    strainedSince: isStrained ? (ladder.strainedSince ?? sample.at) : null,
    recent: all.slice(oldest),
  }
}

const moved = (ladder: Ladder, rung: Rung, since: number): Ladder => ({ ...ladder, rung, since, goodSince: null, strainedSince: null })

const waitFor = ({ waits }: Ladder, rung: Rung): number => waits[rung] ?? UP_AFTER_MS

/** Down by strain: what lasted a while is tried again soon, what did not ever later. */
function lowered(ladder: Ladder, rung: Rung, at: number): Ladder {
  const left = ladder.rung
  const isTooHigh = ladder.since !== null && at - ladder.since < TOO_HIGH_MS
  const wait = isTooHigh ? Math.min(UP_AGAIN_MOST_MS, 2 * waitFor(ladder, left)) : UP_AFTER_MS
  return { ...moved(ladder, rung, -Infinity), waits: { ...ladder.waits, [left]: wait } }
}

function fallen(ladder: Ladder, at: number): Ladder {
  const isRelapse = ladder.triedSince !== null && at - ladder.triedSince < RELAPSE_MS
  const againMs = isRelapse ? Math.min(VIDEO_AGAIN_MOST_MS, ladder.againMs * 2) : VIDEO_AGAIN_MS
  return { ...lowered(ladder, 'audio', at), recent: [], againMs }
}

/** One look further; the same object's rung when nothing has to change. */
export function climb(before: Ladder, sample: Sample, most: Rung = 'high'): Ladder {
  const ladder = lookedAt(before, sample)
  const { rung, goodSince, strainedSince } = ladder
  const goodFor = goodSince === null ? 0 : sample.at - goodSince
  if (rung === 'audio') return goodFor >= ladder.againMs ? { ...moved(ladder, 'low', sample.at), recent: [], triedSince: sample.at } : ladder
  if (HEIGHT[rung] > HEIGHT[most]) return moved(ladder, most, sample.at)
  // Nothing is sent that could be made smaller.
  if (sample.picture === 'none') return { ...ladder, recent: [], strainedSince: null, goodSince: null }
  if (isTooWeak(ladder.recent)) return fallen(ladder, sample.at)
  if (strainedSince !== null && sample.at - strainedSince >= STRAINED_MS && DOWN[rung] !== rung) return lowered(ladder, DOWN[rung], sample.at)
  if (UP[rung] !== rung && goodFor >= waitFor(ladder, UP[rung]) && HEIGHT[UP[rung]] <= HEIGHT[most]) return moved(ladder, UP[rung], sample.at)
  return ladder
}

const SILENT_MS = 6_000

/** It says that it stands, and nothing comes that came before: a page that slept too long may not find that out by itself. */
export function isSilent(samples: readonly Sample[], everHeard: boolean): boolean {
  const newest = samples.at(-1)
  const heardAt = samples.findLast(({ kbpsIn }) => kbpsIn !== 0)?.at ?? samples[0]?.at
  return everHeard && newest !== undefined && heardAt !== undefined && newest.at - heardAt >= SILENT_MS
}
