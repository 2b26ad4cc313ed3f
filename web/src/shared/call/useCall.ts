/** The call of a visit: read, followed by its events, and acted upon. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, toValue, type ComputedRef, type MaybeRefOrGetter, type Ref } from 'vue'

import { useAct, type Act } from '../api/act'
import { useEvents } from '../live/events'
import { houseNow } from '../live/houseclock'
import { calls } from './api'
import { CALL_EVENTS } from './events'
import type { CallMay, CallOfVisit, CallOut, Channel, RingMay } from './types'

/** Events tell of most changes; the clock catches what a lost line did not. */
const LOOK_AGAIN_MS = 20_000
const LOOK_AGAIN_IN_CALL_MS = 5_000
const lookAgainIn = (told: CallOfVisit | undefined): number => (told?.call && told.call.state !== 'ended' ? LOOK_AGAIN_IN_CALL_MS : LOOK_AGAIN_MS)
const TICK_MS = 500

export const callKey = (visit: string): string[] => ['visits', 'call', visit]

/** On the service clock, which stands still while the line is down. */
export function elapsedMs(call: Pick<CallOut, 'clock_ms' | 'clock_running_since'>, now: number): number {
  const since = call.clock_running_since === null ? now : Date.parse(call.clock_running_since)
  return call.clock_ms + Math.max(0, now - since)
}

/** Hours only when there are any: 04:07, 1:04:07. */
export function clockFace(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (n: number): string => String(n).padStart(2, '0')
  const face = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const hours = Math.floor(seconds / 3600)
  return hours ? `${hours}:${face}` : face
}

export interface CallActs {
  ring: Act<Channel, CallOut>
  answer: Act<null, CallOut>
  decline: Act<null, CallOut>
  end: Act<null, CallOut>
  change: Act<Channel, CallOut>
  consent: Act<{ kind: 'recording' | 'still'; answer: boolean }, CallOut>
}

export interface KnownCall {
  /** What rings or is open. */
  call: ComputedRef<CallOut | null>
  wished: ComputedRef<CallOfVisit['wished']>
  mayRing: (what: RingMay) => boolean
  may: (what: CallMay) => boolean
  isLoading: Ref<boolean>
  problem: ComputedRef<unknown>
  refetch: () => Promise<unknown>
}

export interface UseCall extends KnownCall, CallActs {}

/** For whatever shows something of a call that is followed elsewhere on the page: it hears nothing and asks for nothing by itself. */
export const useKnownCall = (visit: MaybeRefOrGetter<string>): KnownCall => useReading(visit, () => false)

/** Follows the call of a visit: once on a page. */
export function useCall(visit: MaybeRefOrGetter<string>): UseCall {
  const reading = useReading(visit, lookAgainIn)
  useEvents(CALL_EVENTS, () => void reading.refetch())
  return { ...reading, ...useCallActs(visit, reading.call, reading.refetch) }
}

function useReading(visit: MaybeRefOrGetter<string>, every: (told: CallOfVisit | undefined) => number | false): KnownCall {
  const queries = useQueryClient()
  const key = computed(() => callKey(toValue(visit)))
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => calls.ofVisit(toValue(visit), signal),
    refetchInterval: ({ state }) => every(state.data),
    meta: { keep: false },
  })
  const call = computed(() => query.data.value?.call ?? null)
  return {
    call,
    wished: computed(() => query.data.value?.wished ?? 'text'),
    mayRing: (what) => query.data.value?.may.includes(what) ?? false,
    may: (what) => call.value?.may.includes(what) ?? false,
    isLoading: query.isLoading,
    problem: computed(() => query.error.value),
    refetch: () => queries.invalidateQueries({ queryKey: key.value }),
  }
}

/** Of the service clock, twice a second. */
export function useElapsed(call: Ref<Pick<CallOut, 'clock_ms' | 'clock_running_since'> | null>): ComputedRef<number> {
  const now = ref(houseNow())
  const timer = setInterval(() => (now.value = houseNow()), TICK_MS)
  onScopeDispose(() => clearInterval(timer))
  return computed(() => (call.value ? elapsedMs(call.value, now.value) : 0))
}

function useCallActs(visit: MaybeRefOrGetter<string>, call: Ref<CallOut | null>, refetch: () => Promise<unknown>): CallActs {
  const id = (): string => {
    if (!call.value) throw new Error('there is no call')
    return call.value.id
  }
  /** What the act has changed is read again, whether it succeeded or the house knew better. */
  const then = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } finally {
      void refetch()
    }
  }
  return {
    ring: useAct((channel, idem) => then(calls.ring({ visit: toValue(visit), channel }, idem))),
    answer: useAct((_, idem) => then(calls.answer(id(), idem))),
    decline: useAct((_, idem) => then(calls.decline(id(), idem))),
    end: useAct((_, idem) => then(calls.end(id(), idem))),
    change: useAct((channel, idem) => then(calls.change({ call: id(), channel }, idem))),
    consent: useAct((given, idem) => then(calls.consent({ call: id(), version: call.value?.consent.version ?? '', ...given }, idem))),
  }
}
