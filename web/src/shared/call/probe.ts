/** How well the network carries, before there is anybody to talk to. */

import { http } from '../api/http'
import { gradeOf } from './quality'
import type { Verdict } from './types'

export interface Measured {
  verdict: Verdict
  /** Round trip. */
  rtt: number | null
  kbps: number | null
}

const ROUNDS = 4
/** Ours: with less than `fair` there is sound at best. */
const ENOUGH_KBPS = { good: 600, fair: 150 }

/** As in a call, and by what only a probe can tell: how much the network would carry. */
export function verdictFor({ rtt, kbps }: Omit<Measured, 'verdict'>): Verdict {
  if (rtt === null) return 'down'
  const grade = gradeOf({ loss: null, rtt })
  const carried = kbps ?? Infinity
  if (grade === 'poor' || carried < ENOUGH_KBPS.fair) return 'poor'
  return grade === 'fair' || carried < ENOUGH_KBPS.good ? 'fair' : 'good'
}

/** Against the house: a relay is met only in a call. */
export async function probe(): Promise<Measured> {
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i += 1) {
    const began = performance.now()
    const isBack = await http.get('/session').then(() => true).catch(() => false)
    if (isBack) times.push(performance.now() - began)
  }
  // The first one may have had to build the connection.
  const told = { rtt: times.length ? Math.min(...times) : null, kbps: times.length ? await throughput() : null }
  return { ...told, verdict: verdictFor(told) }
}

/** By the largest script that this page has loaded. */
async function throughput(): Promise<number | null> {
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const largest = loaded.filter(({ name, initiatorType }) => name.startsWith(location.origin) && ['script', 'link', 'css'].includes(initiatorType)).sort((a, b) => b.encodedBodySize - a.encodedBodySize)[0]
  if (!largest) return null
  try {
    const began = performance.now()
    const response = await fetch(largest.name, { cache: 'no-store' })
    await response.arrayBuffer()
    const ms = performance.now() - began
    return (largest.encodedBodySize * 8) / ms
  } catch {
    return null
  }
}
