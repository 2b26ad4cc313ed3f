/** What the pages of sites read and write, by the names the house uses. */
import type { Text } from '@/shared/api/problem'
import type { WalkInState } from '@/shared/site/types'

export type SiteState = 'open' | 'closed' | 'silent' | 'no_device'
export type SiteKind = 'drugstore' | 'village_clinic'

/** What the device last said of itself; null: not fitted, or it does not know. */
export interface DeviceHealth {
  id: string
  label: string
  heard_at: string | null
  camera: boolean | null
  microphone: boolean | null
  printer: boolean | null
  reader: boolean | null
  version: string
  is_ok: boolean
  faults: Text[]
}

export interface County {
  name: Text
  city: Text
}

export interface SiteFigures {
  id: string
  code: string
  name: Text
  kind: SiteKind
  telephone?: string
  longitude: number | null
  latitude: number | null
  /** GB/T 2260: the first six digits name the county. */
  division: string
  /** Null: not in the house's list. */
  county?: County | null
  state: SiteState
  heard_at: string | null
  silent_since: string | null
  /** Of the opening hours so far today, 0 to 1; null before they begin. */
  uptime: number | null
  /** What an outage kept on the devices and they have not sent. */
  pending: number
  devices: DeviceHealth[]
  registered: number
  waiting: number
  in_visit: number
  ended: number
  left: number
  emergency: number
  captured: number
  oldest_wait_s: number | null
  wait_doctor_p50_s: number | null
  wait_doctor_p90_s: number | null
  wait_terminal_p50_s: number | null
}

export interface SiteTotals {
  sites: number
  open: number
  silent: number
  no_device: number
  registered: number
  waiting: number
  in_visit: number
  ended: number
  left: number
  emergency: number
  captured: number
  pending: number
}

export interface SitesBoard {
  at: string
  totals: SiteTotals
  items: SiteFigures[]
}

/** One of today at a site, without a name. */
export interface WalkInLine {
  id: string
  number: number
  state: WalkInState
  registered_at: string
  asked_at: string | null
  seen_at: string | null
  ended_at: string | null
  captured_at: string | null
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]
/** From and until, as the house writes them: "24:00" is the end of the day; an end that is not later goes over midnight. */
export type Span = [string, string]
export type Hours = Partial<Record<Day, Span[]>>

export interface SiteIn {
  code: string
  name: Text
  kind: SiteKind
  address: Text
  telephone: string
  division: string
  longitude: number | null
  latitude: number | null
  terminals: number
  hours: Hours
  closed: boolean
}

interface SiteFacts extends Omit<SiteIn, 'closed'> {
  id: string
  county?: County | null
  closed_at: string | null
}

export interface SiteRow extends SiteFacts {
  devices: number
  staff: number
  doctors: number
}

export interface SiteDevice {
  id: string
  label: string
  enrolled_at: string
  heard_at: string | null
  revoked_at: string | null
}

export interface SiteInstrument {
  serial: string
  kind: string
  model: string
}

export interface SiteWhole extends SiteFacts {
  devices: SiteDevice[]
  /** `pin_set`: has the number by which a screen is taken back. */
  staff: { user_id: string; name: string; pin_set: boolean }[]
  doctors: { practitioner_id: string; name: Text; title: Text }[]
  instruments: SiteInstrument[]
  gateway_since: string | null
}

/** What an instrument measures. */
export const INSTRUMENTS = ['blood_pressure', 'heart_rate', 'temperature', 'spo2', 'glucose', 'respiratory_rate', 'weight', 'height'] as const
