/** What this page sends: one stream whose tracks come and go; the microphone stays while the camera changes. */

import { reactive } from 'vue'

import { faultFrom, type DeviceFault } from '../media/faults'

export interface Devices {
  getUserMedia: (asked: MediaStreamConstraints) => Promise<MediaStream>
  getDisplayMedia?: (asked: DisplayMediaStreamOptions) => Promise<MediaStream>
  enumerateDevices: () => Promise<MediaDeviceInfo[]>
  addEventListener: (kind: 'devicechange', heard: () => void) => void
  removeEventListener: (kind: 'devicechange', heard: () => void) => void
}

export interface Chosen {
  camera: string
  microphone: string
  speaker: string
}

const SHELF = 'xinglin.call.devices'
const VIDEO: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20, max: 30 } }
const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
/** A page of text must stay readable; it moves little. */
const SCREEN: DisplayMediaStreamOptions = { video: { frameRate: { max: 10 }, width: { max: 1280 } }, audio: false }

export function chosenDevices(): Chosen {
  const none = { camera: '', microphone: '', speaker: '' }
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(SHELF) ?? '{}') as Partial<Chosen>) }
  } catch {
    return none
  }
}

/** For the next call, on this device; not worth a word when it cannot be kept. */
export function rememberDevice(kind: keyof Chosen, id: string): void {
  try {
    localStorage.setItem(SHELF, JSON.stringify({ ...chosenDevices(), [kind]: id }))
  } catch {
    // A private window.
  }
}

export interface LocalState {
  muted: boolean
  camera: boolean
  sharing: boolean
  microphoneFault: DeviceFault | null
  cameraFault: DeviceFault | null
}

export class LocalMedia {
  /** The same object for good; its tracks come and go. */
  readonly stream: MediaStream
  readonly state = reactive<LocalState>({ muted: false, camera: false, sharing: false, microphoneFault: null, cameraFault: null })
  /** Other tracks than before, or another state. */
  changed: () => void = () => undefined
  readonly devices: Devices | undefined
  private camera: MediaStreamTrack | null = null
  private screen: MediaStreamTrack | null = null
  private wantsCamera = false
  private wantsMicrophone = false
  private isClosed = false

  constructor(devices: Devices | undefined = (navigator as { mediaDevices?: MediaDevices }).mediaDevices, stream = new MediaStream()) {
    this.devices = devices
    this.stream = stream
    this.devices?.addEventListener('devicechange', this.plugged)
  }

  get audio(): MediaStreamTrack | null {
    return this.stream.getAudioTracks()[0] ?? null
  }

  get video(): MediaStreamTrack | null {
    return this.stream.getVideoTracks()[0] ?? null
  }

  /** Idempotent; asks the person where the browser has to. */
  async openMicrophone(): Promise<boolean> {
    if (this.isClosed) return false
    this.wantsMicrophone = true
    if (this.audio?.readyState === 'live') return true
    return this.takeMicrophone(chosenDevices().microphone)
  }

  async openCamera(): Promise<boolean> {
    if (this.isClosed) return false
    this.wantsCamera = true
    if (this.camera?.readyState === 'live') return true
    return this.takeCamera(chosenDevices().camera)
  }

  /** The light goes out, too. */
  closeCamera(): void {
    this.wantsCamera = false
    this.state.camera = false
    this.state.cameraFault = null
    this.letGo(this.camera)
    this.camera = null
    this.show()
  }

  setMuted(on: boolean): void {
    this.state.muted = on
    if (this.audio) this.audio.enabled = !on
    this.changed()
  }

  /** False when the person chose nothing. Raises: what the browser raises where it cannot. */
  async share(): Promise<boolean> {
    if (!this.devices?.getDisplayMedia) throw new DOMException('this browser shares no screen', 'NotSupportedError')
    let shown: MediaStream
    try {
      shown = await this.devices.getDisplayMedia(SCREEN)
    } catch (error) {
      if (error instanceof Error && error.name === 'NotAllowedError') return false
      throw error
    }
    const track = shown.getVideoTracks()[0]
    if (!track || this.isClosed) {
      this.letGo(track ?? null)
      return false
    }
    this.letGo(this.screen)
    this.screen = track
    track.contentHint = 'detail'
    track.onended = () => this.unshare()
    this.state.sharing = true
    this.show()
    return true
  }

  unshare(): void {
    if (!this.screen) return
    this.letGo(this.screen)
    this.screen = null
    this.state.sharing = false
    this.show()
  }

  async pickMicrophone(id: string): Promise<boolean> {
    rememberDevice('microphone', id)
    this.wantsMicrophone = true
    return this.takeMicrophone(id)
  }

  /** Remembered while the camera is off. */
  async pickCamera(id: string): Promise<boolean> {
    rememberDevice('camera', id)
    if (!this.wantsCamera) return true
    // Many phones give the second camera only when the first is let go.
    this.letGo(this.camera)
    this.camera = null
    return this.takeCamera(id)
  }

  /** After sleep, or when a device has come: takes anew what was taken away. */
  async mend(): Promise<void> {
    if (this.isClosed) return
    if (this.wantsMicrophone && this.audio?.readyState !== 'live') await this.takeMicrophone(chosenDevices().microphone)
    if (this.wantsCamera && this.camera?.readyState !== 'live') await this.takeCamera(chosenDevices().camera)
  }

  close(): void {
    this.isClosed = true
    this.changed = () => undefined
    this.devices?.removeEventListener('devicechange', this.plugged)
    for (const track of [this.camera, this.screen, ...this.stream.getTracks()]) {
      this.letGo(track)
      if (track) this.stream.removeTrack(track)
    }
    this.camera = this.screen = null
    this.state.camera = this.state.sharing = false
  }

  private readonly plugged = (): void => void this.mend()

  private async takeMicrophone(id: string): Promise<boolean> {
    const taken = await this.take({ audio: { ...AUDIO, ...exactly(id) } }, { audio: AUDIO })
    if (!(taken instanceof MediaStreamTrack)) {
      this.state.microphoneFault = taken
      this.changed()
      return false
    }
    const before = this.audio
    if (before) this.stream.removeTrack(before)
    this.letGo(before)
    taken.enabled = !this.state.muted
    taken.onended = () => void this.mend()
    this.stream.addTrack(taken)
    this.state.microphoneFault = null
    this.changed()
    return true
  }

  private async takeCamera(id: string): Promise<boolean> {
    const taken = await this.take({ video: { ...VIDEO, ...exactly(id) } }, { video: VIDEO })
    if (!(taken instanceof MediaStreamTrack)) {
      this.state.cameraFault = taken
      this.state.camera = false
      this.camera = null
      this.show()
      return false
    }
    if (!this.wantsCamera) {
      this.letGo(taken)
      return false
    }
    this.letGo(this.camera)
    this.camera = taken
    taken.contentHint = 'motion'
    taken.onended = () => void this.mend()
    this.state.camera = true
    this.state.cameraFault = null
    this.show()
    return true
  }

  /** The device that was chosen once may be gone: then any. */
  private async take(asked: MediaStreamConstraints, otherwise: MediaStreamConstraints): Promise<MediaStreamTrack | DeviceFault> {
    if (!this.devices) return 'unable'
    try {
      const stream = await this.devices.getUserMedia(asked).catch((error: unknown) => {
        if (faultFrom(error) === 'refused') throw error
        return this.devices?.getUserMedia(otherwise)
      })
      const track = stream?.getTracks()[0]
      if (!track) return 'none'
      if (!this.isClosed) return track
      this.letGo(track)
      return 'unable'
    } catch (error) {
      return faultFrom(error)
    }
  }

  /** The screen in place of the camera, and back. */
  private show(): void {
    const wanted = this.screen ?? this.camera
    const shown = this.video
    if (wanted !== shown) {
      if (shown) this.stream.removeTrack(shown)
      if (wanted) this.stream.addTrack(wanted)
    }
    this.changed()
  }

  private letGo(track: MediaStreamTrack | null): void {
    if (!track) return
    track.onended = null
    track.stop()
  }
}

const exactly = (id: string): MediaTrackConstraints => (id ? { deviceId: { exact: id } } : {})
