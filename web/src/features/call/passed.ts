/** What a device check came to, once all of it is known. Pure. */

import type { CheckState } from '@/shared/call/check'

export interface Passed {
  camera: boolean
  microphone: boolean
  network: boolean
  all: boolean
}

const isSettled = (step: CheckState['camera']): boolean => step === 'good' || step === 'fault'

export function currentCheck(state: Pick<CheckState, 'camera' | 'microphone' | 'network' | 'verdict'> | undefined): Passed | null {
  if (!state || !isSettled(state.camera) || !isSettled(state.microphone) || state.network !== 'done') return null
  const [camera, microphone, network] = [state.camera === 'good', state.microphone === 'good', state.verdict !== 'down']
  return { camera, microphone, network, all: camera && microphone && network }
}
