/** The fields of an application: in which order they are asked for, and how each is shown. */
import type { Text } from '@/shared/api/problem'

import type { Application, Evidence, Form, Terms } from './api'

export type Kind = 'text' | 'date' | 'flag' | 'title' | 'departments' | 'grade'
export interface Field {
  name: keyof Form
  kind: Kind
}
export interface Part {
  name: 'person' | 'licence' | 'site' | 'hospital'
  fields: Field[]
}

const field = (name: keyof Form, kind: Kind = 'text'): Field => ({ name, kind })

export const PARTS: Part[] = [
  { name: 'person', fields: [field('name_zh'), field('name_en'), field('title_code', 'title'), field('departments', 'departments'), field('independent_since', 'date'), field('good_at')] },
  { name: 'licence', fields: [field('certificate_number'), field('licence_number'), field('licence_from', 'date'), field('licence_until', 'date'), field('registered_place')] },
  { name: 'site', fields: [field('registered_here', 'flag'), field('multi_site_filed', 'flag'), field('filing_number'), field('filed_until', 'date')] },
  { name: 'hospital', fields: [field('full_time', 'flag'), field('hospital_zh'), field('hospital_en'), field('hospital_grade', 'grade'), field('hospital_consented', 'flag')] },
]

/** Those that mean something beside what is chosen already. */
export function asked(form: Form, one: Field): boolean {
  if (one.name === 'multi_site_filed') return !form.registered_here
  if (one.name === 'filing_number' || one.name === 'filed_until') return !form.registered_here && form.multi_site_filed
  if (one.name === 'hospital_zh' || one.name === 'hospital_en' || one.name === 'hospital_grade') return !form.full_time
  return true
}

/** Kinds of evidence in the order of the house, what nobody goes without first. */
export function evidenceKinds(terms: Terms, form: Form): { code: string; text: Text; needed: boolean }[] {
  const needed = form.registered_here ? terms.needed : terms.needed_elsewhere
  return terms.evidence.map((term) => ({ ...term, needed: needed.includes(term.code) })).sort((a, b) => Number(b.needed) - Number(a.needed))
}

export const byKind = (files: readonly Evidence[], kind: string): Evidence[] => files.filter((file) => file.kind === kind)

/** The one that is under way, else the newest. */
export const current = (items: readonly Application[]): Application | null => items.find((one) => !['withdrawn', 'refused', 'lapsed'].includes(one.state)) ?? items[0] ?? null

/** A day of the form, as the form keeps it; an empty input is no day. */
export const day = (typed: string): string | null => typed || null
