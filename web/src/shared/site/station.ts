/** What this browser is to the house: asked once, kept for a start without a line but for the key and the person's name. */

import { computed, shallowRef } from 'vue'

import { asProblem } from '../api/problem'
import { site } from './api'
import { openStore } from './store'
import type { StationOut } from './types'

const KEPT = 'xinglin.site.station'
const current = shallowRef<StationOut | null>(null)
const isAssumed = shallowRef(false)

export const station = computed(() => current.value)
/** The house could not be asked: this is what it said last. */
export const stationAssumed = computed(() => isAssumed.value)

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
  keep(found)
  return found
}

/** Raises: ApiProblem, unless the line is down and this browser was enrolled before. */
export async function loadStation(): Promise<StationOut> {
  try {
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

/** Somebody else may sign in next. */
export function forgetStation(): void {
  current.value = null
  isAssumed.value = false
}
