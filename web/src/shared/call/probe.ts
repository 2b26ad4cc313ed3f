/** How well the network carries, before there is anybody to talk to. */

import { http } from '../api/http'
import type { IceServer, Verdict } from './types'

export interface Measured {
  verdict: Verdict
  /** Round trip. */
  rtt: number | null
  kbps: number | null
  /** Percent; null where it could not be told. */
  loss: number | null
}

const CONNECT_WITHIN_MS = 6_000
const SEND_MS = 2_500
const SEND_EVERY_MS = 25
const PACKET_BYTES = 900
const LATE_MS = 1_000
const ROUNDS = 4
const ENOUGH = { good: { kbps: 600, rtt: 300, loss: 3 }, fair: { kbps: 150, rtt: 800, loss: 8 } }

/** Ours, as in a call: with less than `fair` there is sound at best. */
export function verdictFor({ rtt, kbps, loss }: Omit<Measured, 'verdict'>): Verdict {
  if (rtt === null) return 'down'
  const is = (enough: typeof ENOUGH.good): boolean => rtt <= enough.rtt && (kbps ?? Infinity) >= enough.kbps && (loss ?? 0) <= enough.loss
  if (is(ENOUGH.good)) return 'good'
  return is(ENOUGH.fair) ? 'fair' : 'poor'
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/** Through the relay where there is one that can be reached, else against the house. */
export async function probe(servers: readonly IceServer[]): Promise<Measured> {
  const relays = servers.filter(({ urls }) => urls.some((url) => url.startsWith('turn')))
  const relayed = relays.length > 0 ? await throughRelay(relays).catch(() => null) : null
  return relayed ?? againstTheHouse()
}

async function againstTheHouse(): Promise<Measured> {
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i += 1) {
    const began = performance.now()
    const isBack = await http.get('/session').then(() => true).catch(() => false)
    if (isBack) times.push(performance.now() - began)
  }
  // The first one may have had to build the connection.
  const told = { rtt: times.length ? Math.min(...times) : null, kbps: times.length ? await throughput() : null, loss: null }
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

/** Two ends in this page, and the relay between them: what a call over it would meet. */
async function throughRelay(servers: readonly IceServer[]): Promise<Measured> {
  const config: RTCConfiguration = { iceServers: servers.map(({ urls, username, credential }) => ({ urls, username, credential })), iceTransportPolicy: 'relay' }
  const [near, far] = [new RTCPeerConnection(config), new RTCPeerConnection(config)]
  try {
    near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined).catch(() => undefined)
    far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined).catch(() => undefined)
    far.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data as string))
    const channel = near.createDataChannel('probe', { ordered: false, maxRetransmits: 0 })
    await near.setLocalDescription()
    await far.setRemoteDescription(near.localDescription ?? { type: 'offer', sdp: '' })
    await far.setLocalDescription()
    await near.setRemoteDescription(far.localDescription ?? { type: 'answer', sdp: '' })
    await opened(channel)
    return await echoes(channel)
  } finally {
    near.close()
    far.close()
  }
}

function opened(channel: RTCDataChannel): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('the relay cannot be reached')), CONNECT_WITHIN_MS)
    channel.onopen = () => {
      clearTimeout(timer)
      done()
    }
  })
}

/** About what a small picture takes, there and back. */
async function echoes(channel: RTCDataChannel): Promise<Measured> {
  const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
  const sent = new Map<string, number>()
  const trips: number[] = []
  channel.onmessage = ({ data }: MessageEvent<string>) => {
    const at = sent.get(data.slice(0, data.indexOf(' ')))
    if (at !== undefined) trips.push(performance.now() - at)
  }
  const until = performance.now() + SEND_MS
  for (let n = 0; performance.now() < until && channel.readyState === 'open'; n += 1) {
    sent.set(String(n), performance.now())
    channel.send(`${n} `.padEnd(PACKET_BYTES, '.'))
    await pause(SEND_EVERY_MS)
  }
  await pause(LATE_MS)
  // Each went over the relay twice.
  const told = { rtt: median(trips), kbps: null, loss: (100 * (sent.size - trips.length)) / Math.max(1, sent.size) / 2 }
  return { ...told, verdict: verdictFor(told) }
}
