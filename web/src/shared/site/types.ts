/** The shapes that the pages of a site read and write, by the names the house uses. */

import type { Text } from '../api/problem'

export type StationState = 'ready' | 'not_enrolled' | 'not_staff' | 'revoked'

/** What the person at a site agrees to, in the version that is asked for. */
export interface SiteConsent {
  kind: string
  version: string
  text: Text
}

/** What this browser is to the house, and who is at it. Where it is not `ready`, `site` and `device` are null. */
export interface StationOut {
  state: StationState
  site: { id: string; name: Text; kind: 'drugstore' | 'village_clinic'; kind_text?: Text; code?: string } | null
  device: { id: string; label: string } | null
  me: { name: string } | null
  pin_set: boolean
  open_now: boolean
  /** Pairs of "08:00" and "20:00". */
  hours_today: [string, string][]
  /** Kept in memory only: the key under which an outage's captures lie on this device. */
  store: { key: string; key_id: string } | null
  consents: SiteConsent[]
  /** What is believed of a value, by the house's table: the pages hold none. */
  limits?: Limit[]
  /** Of the site, as the administrator has put them down. */
  instruments?: { serial: string; kind: VitalKind; model: string }[]
  server_time: string
}

/** Of one value (`part`), in the canonical unit: outside `impossible` nothing is kept, outside `unlikely` it is measured twice. */
export interface Limit {
  kind: VitalKind
  part: string
  name: Text
  unit: string
  /** A value in `unit`, times `factor`, plus `offset`, is the canonical one. */
  units: { unit: string; factor: number; offset: number }[]
  decimals: number
  impossible: [number, number]
  unlikely: [number, number]
  contexts: string[]
  source: string
}

export type WalkInState = 'registered' | 'asked' | 'seen' | 'ended' | 'left' | 'emergency'

export type VitalKind = 'blood_pressure' | 'heart_rate' | 'temperature' | 'spo2' | 'glucose' | 'respiratory_rate' | 'weight' | 'height'

/** UCUM, but for the jin of the market. */
export type VitalUnit = 'mm[Hg]' | 'kPa' | '/min' | 'Cel' | '[degF]' | '%' | 'mmol/L' | 'mg/dL' | 'kg' | '[lb_av]' | 'jin' | 'cm'

export type GlucoseContext = 'fasting' | 'after_meal' | 'random'

/** `values` and `unit` are canonical; `told_*` as the instrument said it. */
export interface ReadingOut {
  id: string
  kind: VitalKind
  values: Record<string, number>
  unit: string
  told_values: Record<string, number>
  told_unit: string
  context: GlucoseContext | ''
  instrument_serial: string
  instrument_model: string
  by: 'hand' | 'gateway'
  measured_at: string
  withdrawn?: boolean
}

/** One patient at one site on one day. */
export interface WalkInOut {
  id: string
  /** Of the day at this site. */
  number: number
  state: WalkInState
  state_text?: Text
  patient: { name: string; age: number | null; sex: string }
  patient_id: string
  complaint: string
  picture_ids: string[]
  intake_id: string | null
  consultation_id: string | null
  /** Whether the assistant stays, as the patient wishes; null before they were asked. */
  stays: boolean | null
  chat_shared: boolean
  registered_at: string
  /** When the device wrote it down, if that was during an outage. */
  captured_at: string | null
  asked_at: string | null
  seen_at: string | null
  ended_at: string | null
  ending: string | null
  readings: ReadingOut[]
  /** How many are asked before this one; null unless it waits. */
  ahead?: number | null
  /** The record of the visit is signed. */
  papers_ready?: boolean
  /** Since when what was measured during the visit is an emergency. */
  alarmed_at?: string | null
}

/** Of the list: what was told and measured is read of one at a time. */
export type WalkInLine = Omit<WalkInOut, 'complaint' | 'picture_ids' | 'intake_id' | 'stays' | 'chat_shared' | 'ending' | 'readings'>

export interface TodayOut {
  items: WalkInLine[]
  queue: { waiting: number; at_terminal: number; terminals: number }
}

export interface IdentityOut {
  known: boolean
  /** Whose account the patient is in; null for who is not known. */
  account: 'own' | 'relative' | null
  patient: { name: string; sex: string; birth_date: string; age: number } | null
  family: { id_number_masked: string; name: string; relation: string; age: number }[]
  visits_here: number
  last_at: string | null
}

/** What the assistant writes down of a walk-in, and what the patient agreed to. */
export interface WalkInForm {
  name: string
  id_number: string
  locale: string
  card_by: 'reader' | 'typed'
  guardian?: { name: string; id_number: string }
  family_of?: string
  relative_sees?: boolean
  complaint: string
  consents: { kind: string; version: string }[]
  captured_at?: string
}

export interface ReadingForm {
  kind: VitalKind
  values: Record<string, number>
  unit: VitalUnit
  context?: GlucoseContext
  instrument_serial?: string
  measured_at: string
  /** Measured a second time, and still so. */
  confirmed?: boolean
}

/** What a device of the site sent by itself, and nobody has taken yet. */
export interface InboxReading extends Omit<ReadingOut, 'by'> {
  received_at: string
}

/** What the patient's screen shows. */
export interface ScreenOut {
  walk_in_id: string
  number: number
  patient: { id: string; name: string; age: number | null; sex: string }
  site: { name: Text }
  assistant: { name: string }
  complaint: string
  picture_ids: string[]
  readings: ReadingOut[]
  intake_id: string | null
  consultation_id: string | null
  state: WalkInState
  stays: boolean | null
  chat_shared: boolean
  locale: string
  /** What is still to be agreed to before a doctor may be asked; as when a capture had an older text. */
  consents?: SiteConsent[]
  /** The consent to be treated is the patient's own, and holds. */
  may_withdraw?: boolean
}

export interface Wishes {
  stays?: boolean
  chat_shared?: boolean
}

export interface PaperOut {
  /** While a prescription waits for the pharmacist the summary waits with it. */
  summary: { state: 'none' | 'signed'; version: number; printable: boolean; why_not: Text | null }
  prescriptions: { id: string; state: string; state_text: Text; printable: boolean; why_not: Text | null }[]
  /** The newest first; `name`: of the assistant, empty when the patient has printed it. */
  prints: { what: 'summary' | 'prescription'; id: string; at: string; by: 'assistant' | 'patient'; name: string }[]
}

/** What this device can do, told once a minute. */
export interface Heartbeat {
  camera: boolean
  microphone: boolean
  /** Null where nobody has tried it yet. */
  printer: boolean | null
  reader: boolean | null
  /** Captures of an outage that still wait here. */
  pending: number
  version: string
}
