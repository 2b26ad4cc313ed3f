/** The service worker of an app: set up when the first page stands, replaced when the person says so. */

import { readonly, ref } from 'vue'

const LOOK_AGAIN_MS = 30 * 60_000
const SETTLES_MS = 2_500
const waits = ref(false)
let next: ServiceWorker | null = null

function heed(registration: ServiceWorkerRegistration): void {
  const found = (worker: ServiceWorker | null): void => {
    // The very first one takes over by itself: there is nothing older to replace.
    if (!worker || !navigator.serviceWorker.controller) return
    next = worker
    waits.value = true
  }
  found(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed') found(coming)
    })
  })
}

async function begin(script: string, scope: string): Promise<void> {
  const registration = await navigator.serviceWorker.register(script, { scope, updateViaCache: 'none' })
  heed(registration)
  const look = (): void => void registration.update().catch(() => undefined)
  setInterval(look, LOOK_AGAIN_MS)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
}

/** Only in the built client, and only where a browser allows it (https, localhost). */
export function followVersions(script: string, scope: string): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => setTimeout(() => void begin(script, scope).catch(() => undefined), SETTLES_MS), { once: true })
}

function take(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  next?.postMessage('take over')
}

export function useNewVersion() {
  return { waits: readonly(waits), take }
}
