/** This browser as a device that takes pushes: what is possible here, turning it on, turning it off. */

import { deviceName } from '@/shared/device'

import { notices } from './api'

/** `install`: on an iPhone only an app on the home screen may. `embedded`: a page inside another app. `broken`: it should work and does not. */
export type Possible = 'off' | 'on' | 'refused' | 'unsupported' | 'install' | 'embedded' | 'insecure' | 'broken'

export interface Surroundings {
  agent: string
  touches: number
  standalone: boolean
  secure: boolean
  hasPush: boolean
  permission: NotificationPermission | null
}

const WAIT_MS = 4_000
const OWNER = 'xinglin.push.owner'

export function surroundings(): Surroundings {
  return {
    agent: navigator.userAgent,
    touches: navigator.maxTouchPoints,
    standalone: matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true,
    secure: window.isSecureContext,
    hasPush: 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window,
    permission: 'Notification' in window ? Notification.permission : null,
  }
}

export const isApple = (at: Surroundings): boolean => /iPhone|iPad|iPod/.test(at.agent) || (/Macintosh/.test(at.agent) && at.touches > 1)

/** Before anybody has asked the browser for anything. */
export function possible(at: Surroundings): Exclude<Possible, 'on' | 'broken'> {
  if (/MicroMessenger|AlipayClient|DingTalk|QQ\/|Weibo/i.test(at.agent)) return 'embedded'
  if (!at.secure) return 'insecure'
  if (!at.hasPush) return isApple(at) && !at.standalone ? 'install' : 'unsupported'
  return at.permission === 'denied' ? 'refused' : 'off'
}

function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const plain = atob(key.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

const late = (): Promise<null> => new Promise((done) => setTimeout(() => done(null), WAIT_MS))

const registered = (): Promise<ServiceWorkerRegistration | null> => Promise.race([navigator.serviceWorker.ready, late()])

async function subscription(): Promise<PushSubscription | null> {
  const found = await navigator.serviceWorker.getRegistration()
  return (await found?.pushManager.getSubscription()) ?? null
}

const owner = (): string | null => localStorage.getItem(OWNER)

export async function stateHere(account: string): Promise<Possible> {
  const here = possible(surroundings())
  if (here !== 'off') return here
  return owner() === account && (await subscription()) ? 'on' : 'off'
}

/** The word that is on its way to the house, and how often this browser was given back. */
let onItsWay: Promise<unknown> = Promise.resolve()
let timesGivenBack = 0

/** The house is told; who gives the browser back meanwhile is not overruled by an answer that comes later. */
async function tellHouse(found: PushSubscription, account: string, before: number): Promise<void> {
  if (timesGivenBack !== before) return
  const { endpoint, keys } = found.toJSON()
  const told = notices.addDevice({ endpoint: endpoint ?? '', keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' }, name: deviceName(navigator.userAgent) })
  onItsWay = told.catch(() => null)
  await told
  if (timesGivenBack === before) localStorage.setItem(OWNER, account)
}

/** Asks the person, then the browser, then tells the house. Throws what the house says against it. */
export async function turnOn(account: string, key: string): Promise<Possible> {
  const before = timesGivenBack
  const answer = await Notification.requestPermission()
  if (answer !== 'granted') return answer === 'denied' ? 'refused' : 'off'
  const worker = await registered()
  if (!worker) return 'broken'
  let found: PushSubscription
  try {
    found = await subscribed(worker, key)
  } catch {
    return 'broken'
  }
  await tellHouse(found, account, before)
  return 'on'
}

/** One made for another key, as before a new installation of the hospital, is of no use. */
async function subscribed(worker: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: keyBytes(key) }
  try {
    return await worker.pushManager.subscribe(options)
  } catch (error) {
    const old = await worker.pushManager.getSubscription()
    if (!old) throw error
    await old.unsubscribe()
    return worker.pushManager.subscribe(options)
  }
}

/** Nobody's notices come to this browser any more, also when the house cannot be told now. */
export async function turnOff(): Promise<void> {
  timesGivenBack += 1
  localStorage.removeItem(OWNER)
  await Promise.race([onItsWay, late()])
  if (!surroundings().hasPush) return
  const found = await subscription()
  if (!found) return
  await Promise.allSettled([notices.forgetEndpoint(found.endpoint), found.unsubscribe()])
}

/** On arrival: the same person's device is confirmed; another's is given back before anything reaches it. */
export async function keepDevice(account: string): Promise<void> {
  const [whose, before] = [owner(), timesGivenBack]
  if (whose === null) return
  if (whose !== account) await turnOff()
  else {
    const found = surroundings().hasPush ? await subscription() : null
    if (found) await tellHouse(found, account, before)
  }
}
