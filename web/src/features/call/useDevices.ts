/** The device check while it is looked at: begun at a tap, over when it is closed or a call has taken its devices over. */

import { onScopeDispose, shallowRef } from 'vue'

import { DeviceCheck } from '@/shared/call/check'

import { letGo, mediaInHand } from './current'

export function useDevices() {
  const check = shallowRef<DeviceCheck | null>(null)

  async function begin(camera: boolean): Promise<void> {
    check.value?.stop({ keep: true })
    const fresh = new DeviceCheck(mediaInHand())
    check.value = fresh
    void fresh.measure().catch(() => undefined)
    await fresh.begin({ camera })
  }
  function end(): void {
    check.value?.stop({ keep: true })
    check.value = null
    letGo()
  }
  onScopeDispose(end)
  return { check, begin, end }
}
