/** What this browser is to the house: asked once, kept for a start without a line but for the key and the person's name. */

import { computed, shallowRef } from 'vue'

import { asProblem, offline } from '../api/problem'
import { houseNow } from '../live/houseclock'
import { houseDay } from '../time/houseDay'
import { site } from './api'
import { settleSignOut } from './owed'
import { openStore } from './store'
import type { StationOut } from './types'

const KEPT = 'xinglin.site.station'
const FRESH_MS = 5 * 60_000
const current = shallowRef<StationOut | null>(null)
const isAssumed = shallowRef(false)
let readAt = 0

export const station = computed(() => current.value)
/** The house could not be asked: this is what it said last. */
export const stationAssumed = computed(() => isAssumed.value)

/** Hours, texts to agree to and instruments change: to be read again every few minutes and with the house's new day. */
export function isStationStale(now = houseNow()): boolean {
  if (current.value === null) return false
  return isAssumed.value || Math.abs(now - readAt) >= FRESH_MS || houseDay(now) !== houseDay(readAt)
}

function kept(): StationOut | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as StationOut | null
  } catch {
    return null
  }
}

function keep(found: StationOut): void {
  if (found.state !== 'ready') localStorage.removeItem(KEPT)
  else localStorage.setItem(KEPT, JSON.stringify({ ...found, store: null, me: null }))
}

function takeStation(found: StationOut): StationOut {
  current.value = found
  isAssumed.value = false
  readAt = houseNow()
  keep(found)
  return found
}

/** Raises: ApiProblem, unless the line is down and this browser was enrolled before. */
export async function loadStation(): Promise<StationOut> {
  try {
    // The house would answer whoever has left.
    if (!(await settleSignOut())) throw offline()
    const found = takeStation(await site.station())
    // A device that keeps nothing still reaches the house.
    await openStore(found).catch(() => null)
    return found
  } catch (error) {
    const before = current.value ?? kept()
    if (!before || ![0, 502, 503, 504].includes(asProblem(error).status)) throw error
    current.value = before
    isAssumed.value = true
    return before
  }
}

/** As far as this browser remembers; its device's cookie no page can read. */
export const wasEnrolled = (): boolean => kept() !== null

/** Somebody else may sign in next. */
export function forgetStation(): void {
  current.value = null
  isAssumed.value = false
}
