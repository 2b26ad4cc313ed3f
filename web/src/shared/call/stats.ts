/** The browser's counters of a connection, in the few that matter to us. */

import type { Counters } from './quality'

/** Members by name: browsers differ in what they fill in. */
type Entry = Record<string, unknown> & { type: string; kind?: string }

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

export const noCounters = (at: number): Counters => ({
  at,
  rtt: null,
  isRelayed: null,
  sent: { audio: { packets: 0, loss: null }, video: { packets: 0, loss: null } },
  bytesSent: 0,
  framesSent: 0,
  isLimited: false,
  packetsReceived: 0,
  packetsLost: 0,
  bytesReceived: 0,
  framesDecoded: 0,
  samples: 0,
  samplesConcealed: 0,
})

function chosenPair(entries: ReadonlyMap<string, Entry>): Entry | undefined {
  for (const entry of entries.values()) {
    const id = entry.type === 'transport' ? entry['selectedCandidatePairId'] : undefined
    if (typeof id === 'string') return entries.get(id)
  }
  return [...entries.values()].find((entry) => entry.type === 'candidate-pair' && (entry['selected'] === true || (entry['nominated'] === true && entry['state'] === 'succeeded')))
}

function countSent(found: Counters, entry: Entry): void {
  const kind = entry.kind === 'video' ? 'video' : 'audio'
  found.sent[kind].packets += number(entry['packetsSent'])
  found.bytesSent += number(entry['bytesSent'])
  if (kind === 'audio') return
  found.framesSent = Math.max(found.framesSent, number(entry['framesSent']) || number(entry['framesEncoded']))
  found.isLimited ||= entry['qualityLimitationReason'] === 'bandwidth'
}

function countReceived(found: Counters, entry: Entry): void {
  found.packetsReceived += number(entry['packetsReceived'])
  found.packetsLost += number(entry['packetsLost'])
  found.bytesReceived += number(entry['bytesReceived'])
  found.framesDecoded += number(entry['framesDecoded'])
  found.samples += number(entry['totalSamplesReceived'])
  // Made up while nobody spoke costs nothing.
  found.samplesConcealed += Math.max(0, number(entry['concealedSamples']) - number(entry['silentConcealedSamples']))
}

export function countersFrom(report: Iterable<readonly [string, unknown]>, at: number): Counters {
  const entries = new Map([...report] as [string, Entry][])
  const found = noCounters(at)
  for (const entry of entries.values()) {
    if (entry.type === 'outbound-rtp') countSent(found, entry)
    if (entry.type === 'inbound-rtp') countReceived(found, entry)
    if (entry.type !== 'remote-inbound-rtp') continue
    const sent = found.sent[entry.kind === 'video' ? 'video' : 'audio']
    if (typeof entry['fractionLost'] === 'number') sent.loss = Math.max(sent.loss ?? 0, 100 * entry['fractionLost'])
    if (typeof entry['roundTripTime'] === 'number') found.rtt = Math.max(found.rtt ?? 0, 1000 * entry['roundTripTime'])
  }
  const pair = chosenPair(entries)
  if (!pair) return found
  if (typeof pair['currentRoundTripTime'] === 'number') found.rtt = 1000 * pair['currentRoundTripTime']
  const local = entries.get(String(pair['localCandidateId']))
  if (local) found.isRelayed = local['candidateType'] === 'relay'
  return found
}
