/** What the doctor reads and writes of a prescription. */
import type { Choice, Rx, RxRow } from '@/shared/api/prescriptions'
import type { Refusal, Text } from '@/shared/api/problem'

export interface Coded {
  code: string
  name: Text
}

/** `frequencies`: empty for any. */
export interface Medicine {
  id: string
  code: string
  name: Text
  strength: string
  amount: { value: string; unit: string } | null
  form: Coded | null
  routes: Coded[]
  frequencies: Coded[]
  dose_unit: Coded | null
  category: Coded | null
  antibiotic: boolean
  injection: boolean
  high_alert: boolean
  fact_status: string
}

/** Between what the doctor chooses. `uncounted`: frequencies for which the number of doses is told. */
export interface Terms {
  sheets: Choice[]
  units: Choice[]
  frequencies: Choice[]
  uncounted: string[]
  longer_for: Choice[]
  void_reasons: Choice[]
  most_items: Record<string, number>
  most_valid_days: number
}

export interface Proven {
  code: string
  name_zh: string
  name_en: string
}

export interface VisitPage {
  items: RxRow[]
  earlier: RxRow[]
  may_prescribe: boolean
  against: Refusal[]
  proven: Proven[]
  terms: Terms
}

export interface Told {
  longer_for: string
  longer_reason: string
  long_term: boolean
  stable: boolean
  evaluated: boolean
  /** Of a long supply; the patient reads it. */
  evaluation: string
  first_issued_offline: boolean
  guardian_present: boolean
}

/** What is proposed to the doctor, with what may be chosen instead. */
export interface ProposedItem {
  product_id: string
  name: Text
  strength: string
  dose: string
  dose_unit: string
  units: string[]
  routes: Choice[]
  /** Empty for any. */
  frequencies: string[]
  route: string
  frequency: string
  days: number
  doses: number | null
  to_confirm: string[]
}

export interface DraftItem extends ProposedItem {
  quantity: number
}

export interface Draft {
  diagnoses: string[]
  valid_days: number
  patient_facts: Record<string, string | boolean>
  weight_kg: string
  told: Told
  items: DraftItem[]
}

export type Prescription = Rx<Draft>
