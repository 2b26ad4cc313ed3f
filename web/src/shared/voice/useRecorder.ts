/** Records a voice note: asks for the microphone, shows how loud it is, stops by itself after a minute. */

import { onScopeDispose, ref, shallowRef } from 'vue'

import { faultFrom, type DeviceFault } from '../media/faults'
import { kindFor } from '../media/kinds'

export const LONGEST_MS = 60_000
export const SHORTEST_MS = 800
const LOOK_MS = 100
/** Quieter than this from beginning to end, nobody spoke, or the microphone was covered. */
const SILENT_BELOW = 0.008
const BITS_PER_SECOND = 32_000

export type RecorderState = 'idle' | 'asking' | 'recording' | 'done'
export type RecorderFault = DeviceFault | 'too_short'

export interface Recording {
  sound: Blob
  ms: number
  isSilent: boolean
}

/** Root mean square of samples of -1..1. */
export function loudness(samples: Float32Array): number {
  let squares = 0
  for (const sample of samples) squares += sample * sample
  return samples.length ? Math.sqrt(squares / samples.length) : 0
}

/** Everything that must be let go of when a recording ends, in whatever way. */
class Session {
  readonly stream: MediaStream
  readonly recorder: MediaRecorder
  private readonly pieces: Blob[] = []
  private readonly context: AudioContext | null
  private readonly analyser: AnalyserNode | null
  private readonly samples: Float32Array<ArrayBuffer>
  private readonly began = performance.now()
  private loudest = 0

  constructor(stream: MediaStream, ended: () => void) {
    this.stream = stream
    const mimeType = kindFor('note')
    this.recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_PER_SECOND, ...(mimeType ? { mimeType } : {}) })
    this.recorder.ondataavailable = (event) => event.data.size && this.pieces.push(event.data)
    // A telephone call takes the microphone away.
    for (const track of stream.getAudioTracks()) track.onended = ended
    this.context = typeof AudioContext === 'undefined' ? null : new AudioContext()
    this.analyser = this.context?.createAnalyser() ?? null
    if (this.analyser) this.context?.createMediaStreamSource(stream).connect(this.analyser)
    this.samples = new Float32Array(this.analyser?.fftSize ?? 0)
    this.recorder.start()
  }

  get ms(): number {
    return performance.now() - this.began
  }

  look(): number {
    this.analyser?.getFloatTimeDomainData(this.samples)
    const found = loudness(this.samples)
    this.loudest = Math.max(this.loudest, found)
    return found
  }

  end(): Promise<Recording> {
    const ms = Math.min(this.ms, LONGEST_MS)
    return new Promise((done) => {
      this.recorder.onstop = () => {
        const type = (this.recorder.mimeType || 'audio/webm').split(';')[0] ?? ''
        done({ sound: new Blob(this.pieces, { type }), ms: Math.round(ms), isSilent: this.analyser !== null && this.loudest < SILENT_BELOW })
        this.letGo()
      }
      if (this.recorder.state === 'inactive') this.recorder.onstop(new Event('stop'))
      else this.recorder.stop()
    })
  }

  letGo(): void {
    this.recorder.ondataavailable = null
    if (this.recorder.state !== 'inactive') this.recorder.stop()
    for (const track of this.stream.getTracks()) track.stop()
    void this.context?.close().catch(() => undefined)
  }
}

/** Raises what the browser raises; `unable` where it has no such thing. */
function microphone(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices || typeof MediaRecorder === 'undefined') return Promise.reject(new Error('unable'))
  return devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
}

export function useRecorder() {
  const state = ref<RecorderState>('idle')
  const fault = ref<RecorderFault | null>(null)
  const ms = ref(0)
  const level = ref(0)
  const recording = shallowRef<Recording | null>(null)
  let session: Session | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let asked = 0

  async function start(): Promise<void> {
    if (state.value === 'asking' || state.value === 'recording') return
    reset()
    const mine = ++asked
    state.value = 'asking'
    try {
      const stream = await microphone()
      // Cancelled while the browser was asking.
      if (mine !== asked) {
        for (const track of stream.getTracks()) track.stop()
        return
      }
      session = new Session(stream, () => void stop())
      state.value = 'recording'
      timer = setInterval(look, LOOK_MS)
    } catch (error) {
      if (mine !== asked) return
      state.value = 'idle'
      fault.value = faultFrom(error)
    }
  }

  function look(): void {
    if (!session) return
    ms.value = Math.min(session.ms, LONGEST_MS)
    level.value = session.look()
    if (session.ms >= LONGEST_MS) void stop()
  }

  async function stop(): Promise<void> {
    const ending = session
    if (!ending) return
    session = null
    clearInterval(timer)
    const made = await ending.end()
    ms.value = made.ms
    const isShort = made.ms < SHORTEST_MS
    recording.value = isShort ? null : made
    fault.value = isShort ? 'too_short' : null
    state.value = isShort ? 'idle' : 'done'
  }

  /** Whatever it was doing: the microphone is off. */
  function reset(): void {
    asked += 1
    clearInterval(timer)
    session?.letGo()
    session = null
    recording.value = null
    fault.value = null
    ms.value = level.value = 0
    state.value = 'idle'
  }
  onScopeDispose(reset)

  return { state, fault, ms, level, recording, start, stop, reset }
}
