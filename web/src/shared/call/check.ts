/** Before a call: can this device be seen and heard, and does the network carry it? */

import { reactive } from 'vue'

import type { DeviceFault } from '../media/faults'
import { chosenDevices, rememberDevice, type LocalMedia } from './localmedia'
import { probe } from './probe'
import type { Verdict } from './types'

export type Step = 'idle' | 'asking' | 'good' | 'fault'
export type NetworkStep = 'idle' | 'measuring' | 'done'

export interface Device {
  id: string
  label: string
}

export interface CheckState {
  microphone: Step
  microphoneFault: DeviceFault | null
  camera: Step
  cameraFault: DeviceFault | null
  /** How loud it is, 0..1. */
  level: number
  /** Somebody has been heard. */
  heard: boolean
  devices: { cameras: Device[]; microphones: Device[]; speakers: Device[] }
  /** Empty: whatever the browser takes by itself. */
  chosen: { camera: string; microphone: string; speaker: string }
  network: NetworkStep
  verdict: Verdict | null
  /** Round trip. */
  rtt: number | null
  kbps: number | null
}

const LOOK_EVERY_MS = 100
/** Louder than a quiet room. */
const HEARD_ABOVE = 0.02
const SOUND_MS = 700

interface Sinkable {
  setSinkId?: (id: string) => Promise<void>
}

/** Where a browser lets nobody choose (Firefox of old, iOS), sound comes from where it comes. */
export async function playThrough(element: HTMLMediaElement, speaker: string): Promise<void> {
  if (speaker) await (element as Sinkable).setSinkId?.(speaker).catch(() => undefined)
}

export class DeviceCheck {
  readonly state: CheckState
  readonly media: LocalMedia
  private context: AudioContext | null = null
  private meter: ReturnType<typeof setInterval> | undefined
  private metered: MediaStreamTrack | null = null
  private readonly plugged = (): void => void this.list()

  constructor(media: LocalMedia) {
    this.media = media
    this.state = reactive<CheckState>({
      microphone: 'idle',
      microphoneFault: null,
      camera: 'idle',
      cameraFault: null,
      level: 0,
      heard: false,
      devices: { cameras: [], microphones: [], speakers: [] },
      chosen: chosenDevices(),
      network: 'idle',
      verdict: null,
      rtt: null,
      kbps: null,
    })
  }

  /** Asks for both devices, or for the microphone alone. May be asked again after a refusal. */
  async begin(wanted: { camera: boolean }): Promise<void> {
    const { state, media } = this
    media.changed = () => this.follow()
    media.devices?.addEventListener('devicechange', this.plugged)
    state.microphone = 'asking'
    if (wanted.camera) state.camera = 'asking'
    const hasSound = await media.openMicrophone()
    state.microphone = hasSound ? 'good' : 'fault'
    if (wanted.camera) state.camera = (await media.openCamera()) ? 'good' : 'fault'
    this.follow()
    await this.list()
  }

  async pickCamera(id: string): Promise<void> {
    this.state.chosen.camera = id
    this.state.camera = (await this.media.pickCamera(id)) ? 'good' : 'fault'
  }

  async pickMicrophone(id: string): Promise<void> {
    this.state.chosen.microphone = id
    this.state.heard = false
    this.state.microphone = (await this.media.pickMicrophone(id)) ? 'good' : 'fault'
  }

  async pickSpeaker(id: string): Promise<void> {
    this.state.chosen.speaker = id
    rememberDevice('speaker', id)
    await Promise.resolve()
  }

  /** Two short notes through the chosen speaker. Raises: DOMException where the browser plays nothing. */
  async playSound(): Promise<void> {
    const context = new AudioContext()
    const out = context.createMediaStreamDestination()
    const loud = context.createGain()
    loud.gain.value = 0.2
    loud.connect(out)
    for (const [note, hertz] of [523, 784].entries()) {
      const tone = context.createOscillator()
      tone.frequency.value = hertz
      tone.connect(loud)
      tone.start(context.currentTime + note * 0.3)
      tone.stop(context.currentTime + note * 0.3 + 0.25)
    }
    const element = new Audio()
    element.srcObject = out.stream
    await playThrough(element, this.state.chosen.speaker)
    await element.play()
    await new Promise((done) => setTimeout(done, SOUND_MS))
    element.srcObject = null
    await context.close()
  }

  async measure(): Promise<Verdict> {
    this.state.network = 'measuring'
    const { verdict, rtt, kbps } = await probe()
    Object.assign(this.state, { network: 'done', verdict, rtt, kbps } satisfies Partial<CheckState>)
    return verdict
  }

  /** What is not handed over to a room is let go. */
  stop({ keep }: { keep: boolean }): void {
    clearInterval(this.meter)
    void this.context?.close().catch(() => undefined)
    this.context = this.metered = null
    this.media.devices?.removeEventListener('devicechange', this.plugged)
    if (!keep) this.media.close()
  }

  private follow(): void {
    const { microphoneFault, cameraFault, camera } = this.media.state
    const { state } = this
    Object.assign(state, { microphoneFault, cameraFault })
    if (microphoneFault) state.microphone = 'fault'
    if (cameraFault) state.camera = 'fault'
    else if (camera) state.camera = 'good'
    this.listen()
  }

  /** The level of the microphone that is taken now. */
  private listen(): void {
    const { audio } = this.media
    if (audio === this.metered || typeof AudioContext === 'undefined') return
    this.metered = audio
    clearInterval(this.meter)
    if (!audio) return
    this.context ??= new AudioContext()
    void this.context.resume().catch(() => undefined)
    const analyser = this.context.createAnalyser()
    this.context.createMediaStreamSource(new MediaStream([audio])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    this.meter = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      this.state.level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
      this.state.heard ||= this.state.level > HEARD_ABOVE
    }, LOOK_EVERY_MS)
  }

  /** Names are told only after a device was allowed. */
  private async list(): Promise<void> {
    const all = (await this.media.devices?.enumerateDevices().catch(() => [])) ?? []
    const of = (kind: MediaDeviceKind): Device[] =>
      all.filter((device) => device.kind === kind && device.deviceId !== '').map(({ deviceId, label }, i) => ({ id: deviceId, label: label || String(i + 1) }))
    this.state.devices = { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') }
  }
}
