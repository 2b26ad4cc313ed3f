/** The camera of this device, for one live picture; every way it can refuse has words of its own. */

import { faultFrom, type DeviceFault } from '@/shared/media/faults'

/** `insecure`: a page without https. */
export type CameraFault = DeviceFault | 'insecure'

const WIDEST = 640
const QUALITY = 0.9

export class CameraError extends Error {
  readonly fault: CameraFault
  constructor(fault: CameraFault) {
    super(fault)
    this.fault = fault
  }
}

export const cameraFault = (error: unknown): CameraFault => (error instanceof CameraError ? error.fault : faultFrom(error))

/** Raises what the browser raises, or a CameraError where there is nothing to ask. */
export async function openCamera(): Promise<MediaStream> {
  if (!isSecureContext) throw new CameraError('insecure')
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) throw new CameraError('unable')
  return devices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: WIDEST }, height: { ideal: 480 } } })
}

export function letGo(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** Width and height of the picture that is sent: no wider than needed, never made larger. */
export function sizeOf(width: number, height: number): [number, number] {
  const scale = Math.min(1, WIDEST / Math.max(width, height, 1))
  return [Math.round(width * scale), Math.round(height * scale)]
}

/** Draws what the camera sees now; whether there was anything to see. */
export function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  if (!video.videoWidth) return false
  ;[canvas.width, canvas.height] = sizeOf(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return true
}

/** A JPEG as base64, without anything before it. */
export const jpegOf = (canvas: HTMLCanvasElement): string => canvas.toDataURL('image/jpeg', QUALITY).split(',')[1] ?? ''

export function wipe(canvas: HTMLCanvasElement | undefined): void {
  if (canvas) canvas.width = canvas.height = 0
}
