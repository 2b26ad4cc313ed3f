/** Tells the house once a minute that this device is there, and what it can do. */

import { onScopeDispose } from 'vue'

import { http } from '@/shared/api/http'
import { wasEnrolled } from '@/shared/site/station'
import { useSiteStore } from '@/shared/site/store'
import type { Heartbeat } from '@/shared/site/types'

const EVERY_S = 60
const SOON_MS = 10_000
const LAST = 'xinglin.site.beat'
const READER = 'xinglin.site.reader'
const PRINTER = 'xinglin.site.printer'
const READER_FOR_MS = 7 * 86_400_000

/** A card was read on this device. */
export function noteReader(now = Date.now()): void {
  localStorage.setItem(READER, String(now))
}

/** The assistant said whether the paper came out. */
export function notePrinter(worked: boolean): void {
  localStorage.setItem(PRINTER, worked ? 'yes' : 'no')
}

/** Null where nobody has tried one: no fault, and nothing known. */
function reader(now = Date.now()): boolean | null {
  const last = Number(localStorage.getItem(READER) ?? 0)
  return last > 0 && now - last < READER_FOR_MS ? true : null
}

function printer(): boolean | null {
  const said = localStorage.getItem(PRINTER)
  return said === null ? null : said === 'yes'
}

/** The file of this page, by which the house tells an old one. */
function version(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src*="/assets/site-"]')
  return script?.src.split('/').pop() ?? ''
}

async function able(): Promise<Heartbeat> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  const devices = (await media?.enumerateDevices().catch(() => [])) ?? []
  const has = (kind: MediaDeviceKind): boolean => devices.some((one) => one.kind === kind)
  return { camera: has('videoinput'), microphone: has('audioinput'), printer: printer(), reader: reader(), pending: pending(), version: version() }
}

function pending(): number {
  const { mine, others } = useSiteStore().sealed.value
  return mine + others
}

/** From the opening of a page until it closes; a browser that is not enrolled, or a line that is down, waits for the next turn. */
export function useHeartbeat(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  async function beat(): Promise<void> {
    if (!wasEnrolled()) {
      timer = setTimeout(() => void beat(), SOON_MS)
      return
    }
    sessionStorage.setItem(LAST, String(Date.now()))
    const answer = await http.post<{ next_s?: number } | null>('/site/heartbeat', await able()).catch(() => null)
    if (!isOver) timer = setTimeout(() => void beat(), (answer?.next_s ?? EVERY_S) * 1000)
  }
  // A page that follows another does not tell the same again at once.
  const since = Date.now() - Number(sessionStorage.getItem(LAST) ?? 0)
  timer = setTimeout(() => void beat(), since < SOON_MS ? SOON_MS : 0)
  onScopeDispose(() => {
    isOver = true
    clearTimeout(timer)
  })
}
