/** The call that this tab rang, answered or was in, and how: after a reload it comes back by itself, as it was. */

import { ref } from 'vue'

import type { Mode } from '@/shared/call/types'

export interface Mine {
  call: string
  mode: Mode
  muted: boolean
  camera: boolean
}

const KEPT = 'xinglin.call.mine'

export function read(store: Storage = sessionStorage): Mine | null {
  try {
    const kept = JSON.parse(store.getItem(KEPT) ?? 'null') as Partial<Mine> | null
    if (typeof kept?.call !== 'string') return null
    return { call: kept.call, mode: kept.mode === 'audio' ? 'audio' : 'video', muted: kept.muted === true, camera: kept.camera === true }
  } catch {
    return null
  }
}

export const mine = ref<Mine | null>(read())

export function remember(now: Mine): void {
  mine.value = now
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(now))
  } catch {
    // Without it a reload asks instead of coming back by itself.
  }
}

export function forget(): void {
  mine.value = null
  try {
    sessionStorage.removeItem(KEPT)
  } catch {
    // Nothing was kept.
  }
}
