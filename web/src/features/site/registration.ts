/** What is written down of one walk-in, screen by screen; in the page's memory only, until it is sealed. */

import { computed, reactive, ref, type ComputedRef } from 'vue'

import type { ApiProblem } from '@/shared/api/problem'
import { identityFault, isUnderAge } from '@/shared/identity/identity'
import type { IdentityOut, InboxReading, VitalKind, WalkInForm } from '@/shared/site/types'

import type { Card } from './card'
import { newId } from './ids'
import { emptyEntry, VITALS, type Entry } from './vitals'

export type Step = 'card' | 'complaint' | 'vitals'
export const STEPS: readonly Step[] = ['card', 'complaint', 'vitals']
export const LONGEST_COMPLAINT = 2000
export const MOST_PICTURES = 9

export interface Relative {
  id_number_masked: string
  name: string
  relation: string
  age: number
}

export interface Draft {
  id: string
  name: string
  id_number: string
  card_by: 'reader' | 'typed'
  locale: 'zh' | 'en'
  guardian: { name: string; id_number: string }
  /** Of the family of whose card was read; null: the visit is of the person on the card. */
  relative: Relative | null
  relative_sees: boolean
  /** Kinds that the patient has agreed to. */
  agreed: string[]
  complaint: string
  pictures: { id: string; file: File; preview: string }[]
  entries: Record<VitalKind, Entry>
  /** Of the instruments' own, taken for this patient. */
  taken: InboxReading[]
}

const fresh = (locale: 'zh' | 'en'): Draft => ({
  id: newId(),
  name: '',
  id_number: '',
  card_by: 'typed',
  locale,
  guardian: { name: '', id_number: '' },
  relative: null,
  relative_sees: false,
  agreed: [],
  complaint: '',
  pictures: [],
  entries: Object.fromEntries(VITALS.map(({ kind }) => [kind, emptyEntry(kind)])) as Record<VitalKind, Entry>,
  taken: [],
})

export const cleanNumber = (number: string): string => number.replace(/[\s-]/g, '').toUpperCase()
export const isWhole = (number: string): boolean => identityFault(cleanNumber(number)) === null
export const isMinorNumber = (number: string): boolean => isWhole(number) && isUnderAge(cleanNumber(number))

export interface Registration {
  draft: Draft
  known: ReturnType<typeof ref<IdentityOut | null>>
  isMinor: ComputedRef<boolean>
  /** A child without a relative's card before it. */
  needsGuardian: ComputedRef<boolean>
  /** The visit is seen by a relative's account, and an adult must agree to that. */
  needsRelativeSees: ComputedRef<boolean>
  /** Whose card it is: the patient's, or the guardian's beside a child. */
  take: (card: Card) => 'patient' | 'guardian'
  form: (consents: WalkInForm['consents']) => WalkInForm
}

function formOf(draft: Draft, needsGuardian: boolean, needsRelativeSees: boolean, consents: WalkInForm['consents']): WalkInForm {
  const number = cleanNumber(draft.id_number)
  const { relative, guardian } = draft
  return {
    name: relative?.name ?? draft.name.trim(),
    id_number: relative?.id_number_masked ?? number,
    locale: draft.locale,
    card_by: draft.card_by,
    complaint: draft.complaint.trim(),
    consents,
    ...(relative ? { family_of: number } : {}),
    ...(needsGuardian ? { guardian: { name: guardian.name.trim(), id_number: cleanNumber(guardian.id_number) } } : {}),
    ...(needsRelativeSees ? { relative_sees: draft.relative_sees } : {}),
  }
}

export function useRegistration(locale: 'zh' | 'en', card?: Card): Registration {
  const draft = reactive(fresh(locale))
  const known = ref<IdentityOut | null>(null)
  const ADULT = 18
  const isMinor = computed(() => (draft.relative ? draft.relative.age < ADULT : isMinorNumber(draft.id_number)))
  const needsGuardian = computed(() => isMinor.value && draft.relative === null)
  const needsRelativeSees = computed(() => !isMinor.value && (draft.relative !== null || known.value?.account === 'relative'))

  function take(read: Card): 'patient' | 'guardian' {
    const number = cleanNumber(read.id_number)
    if (needsGuardian.value && number !== cleanNumber(draft.id_number) && !isMinorNumber(number)) {
      Object.assign(draft.guardian, { id_number: number, ...(read.name ? { name: read.name } : {}) })
      return 'guardian'
    }
    const isAnother = number !== cleanNumber(draft.id_number)
    if (isAnother) {
      known.value = null
      Object.assign(draft, { relative: null, relative_sees: false, agreed: [], guardian: { name: '', id_number: '' }, name: '' })
    }
    Object.assign(draft, { id_number: number, card_by: 'reader', ...(read.name ? { name: read.name } : {}) })
    return 'patient'
  }
  if (card) take(card)
  return { draft, known, isMinor, needsGuardian, needsRelativeSees, take, form: (consents) => formOf(draft, needsGuardian.value, needsRelativeSees.value, consents) }
}

/** Which screen mends what the house refused. */
export function stepOf(problem: Pick<ApiProblem, 'code' | 'errors'>): Step {
  return problem.errors.some(({ field }) => field.endsWith('complaint')) ? 'complaint' : 'card'
}

let offered: Card | null = null
/** A card that was read on another page begins a registration. */
export function offerCard(card: Card): void {
  offered = card
}
export function takeOffered(): Card | undefined {
  const card = offered ?? undefined
  offered = null
  return card
}
