/** All that triage decides by, and who knew better, as the administrator reads it. */
import type { Page } from '@/shared/api/contract'
import { API, http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export interface Rule {
  id: string
  kind: 'urgency' | 'discriminator' | 'interview'
  text: Text
  leads_to: string | null
  source: string
  year: number | null
  status: string
  /** The day on which a clinician approved it; null: nobody has. */
  checked_on: string | null
  terms: Text | null
  parts: Text[]
}

export interface Bin {
  from: number
  to: number
  n: number
  confidence?: number
  right?: number
}

/** Figures on test sets, as shipped; whatever is missing is not shown. */
export interface Measured {
  on?: string
  stop_rate?: { set: string; n: number; stopped: number }
  department?: { set: string; n: number; top1?: number; top3?: number; unsure?: number; ci?: [number, number] }[]
  urgency?: { set: string; n: number; exact?: number; under?: number; emergencies_found?: number }[]
  calibration?: Bin[]
}

export interface Card {
  version?: string
  trained_on?: { what: Text; licence?: string; rows?: number }[]
  classes?: number
  features?: number
  threshold?: number
  method?: Text
}

export interface RuleSet {
  versions: Record<string, string>
  rules: Rule[]
  stop_rate: { days: number; intakes: number; stopped: number }
  measured: Measured
  card: Card
}

export interface Department {
  slug: string
  name: Text
}

export interface Override {
  id: string
  at: string
  who: 'patient' | 'doctor' | 'operator'
  suggested: Department
  former: Department
  chosen: Department
  sure: boolean
  confidence: number | null
  versions: Record<string, string>
  /** The complaint without whom it is about. */
  words: string
}

export type Words = Record<string, string>

const query = (words: Words): string => new URLSearchParams(Object.entries(words).filter(([, value]) => value !== '')).toString()

export const readRules = (signal?: AbortSignal): Promise<RuleSet> => http.get<RuleSet>('/triage/rules', signal)
export const listOverrides = (words: Words, before: string | null, signal?: AbortSignal): Promise<Page<Override>> =>
  http.get<Page<Override>>(`/triage/overrides?${query({ ...words, before: before ?? '', limit: '50' })}`, signal)
export const exportLink = (words: Words): string => `${API}/triage/overrides/export?${query(words)}`

/** Only `confirmed` says that somebody has read the source; an interview counts by its clinician. */
export const isChecked = (rule: Rule): boolean => rule.status === 'confirmed' || rule.checked_on !== null

export function fits(rule: Rule, words: string): boolean {
  const asked = words.trim().toLowerCase()
  if (!asked) return true
  const said = [rule.id, rule.source, String(rule.year ?? ''), ...[rule.text, rule.terms, ...rule.parts].flatMap((text) => (text ? [text.zh, text.en] : []))]
  return said.some((one) => one.toLowerCase().includes(asked))
}

/** 0.8136 -> "81.4 %"; without a number a dash. */
export const share = (value: number | undefined | null): string => (value === undefined || value === null ? '–' : `${(value * 100).toFixed(1)} %`)
export const rate = (part: number, whole: number): string => (whole ? share(part / whole) : '–')
