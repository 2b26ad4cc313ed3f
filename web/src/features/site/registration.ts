/** What is written down of one walk-in, screen by screen; in the page's memory only, until it is sealed. */

import { computed, reactive, ref, watch, type ComputedRef } from 'vue'

import type { ApiProblem } from '@/shared/api/problem'
import { identityFault, isUnderAge } from '@/shared/identity/identity'
import type { IdentityOut, InboxReading, VitalKind, WalkInForm } from '@/shared/site/types'

import type { Card } from './card'
import { newId } from './ids'
import { emptyEntry, isUntouched, VITALS, type Entry } from './vitals'

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

/** Sent by an instrument, and given to this patient. */
export type Taken = InboxReading & {
  /** It is rare: taken only when it was measured again. */
  doubted?: boolean
  confirmed?: boolean
  /** The house has it with the walk-in. */
  sent?: boolean
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
  taken: Taken[]
}

/** Whatever was said and measured of one patient, under the id of their walk-in: never another's. */
const freshWork = () => ({
  id: newId(),
  complaint: '',
  pictures: [] as Draft['pictures'],
  entries: Object.fromEntries(VITALS.map(({ kind }) => [kind, emptyEntry(kind)])) as Record<VitalKind, Entry>,
  taken: [] as Taken[],
})
/** What somebody has agreed to, or was chosen, for one person only. */
const freshConsent = () => ({ relative: null, relative_sees: false, agreed: [] as string[], guardian: { name: '', id_number: '' } })

const fresh = (locale: 'zh' | 'en'): Draft => ({ name: '', id_number: '', card_by: 'typed', locale, ...freshConsent(), ...freshWork() })

const hasWork = ({ complaint, pictures, entries, taken }: Draft): boolean =>
  Boolean(complaint.trim() || pictures.length || taken.length || VITALS.some(({ kind }) => !isUntouched(entries[kind])))

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
  /** Whose card it is: the patient's, or the guardian's beside a child. `another`: what was written down is of somebody else; nothing has changed before `begin`. */
  take: (card: Card) => 'patient' | 'guardian' | 'another'
  /** A walk-in of its own for whoever the card is of; nothing of the one before stays. */
  begin: (card: Card) => void
  /** From here on what is written down is of this person. False: there is something of another already; only `beginTyped` goes on. */
  settle: () => boolean
  /** As `begin`, for who was typed in and has agreed. */
  beginTyped: () => void
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

/** Who agreed was the person of that number, for that patient: with another of either it is asked anew. */
function followWho(draft: Draft): void {
  const options = { flush: 'sync' } as const
  watch(() => cleanNumber(draft.id_number), (_, before) => isWhole(before) && Object.assign(draft, freshConsent()), options)
  watch(() => draft.relative && draft.relative.name + draft.relative.id_number_masked, () => Object.assign(draft, { ...freshConsent(), relative: draft.relative }), options)
  watch(() => cleanNumber(draft.guardian.id_number), (_, before) => isWhole(before) && Object.assign(draft, { agreed: [] }), options)
}

export function useRegistration(locale: 'zh' | 'en', card?: Card): Registration {
  const draft = reactive(fresh(locale))
  const known = ref<IdentityOut | null>(null)
  const ADULT = 18
  const isMinor = computed(() => (draft.relative ? draft.relative.age < ADULT : isMinorNumber(draft.id_number)))
  const needsGuardian = computed(() => isMinor.value && draft.relative === null)
  const needsRelativeSees = computed(() => !isMinor.value && (draft.relative !== null || known.value?.account === 'relative'))
  /** Of whom the complaint and the numbers are. */
  let owner = ''
  followWho(draft)

  function clear(parts: Partial<Draft>): void {
    draft.pictures.forEach(({ preview }) => URL.revokeObjectURL(preview))
    owner = ''
    Object.assign(draft, parts)
  }
  function read({ name, id_number }: Card): void {
    const number = cleanNumber(id_number)
    if (number !== cleanNumber(draft.id_number)) draft.name = ''
    Object.assign(draft, { id_number: number, card_by: 'reader', ...(name ? { name } : {}) })
  }
  function begin(given: Card): void {
    known.value = null
    clear(fresh(locale))
    read(given)
  }
  function take(given: Card): 'patient' | 'guardian' | 'another' {
    const number = cleanNumber(given.id_number)
    const before = owner || cleanNumber(draft.id_number)
    if (needsGuardian.value && number !== before && !isMinorNumber(number)) {
      Object.assign(draft.guardian, { id_number: number, ...(given.name ? { name: given.name } : {}) })
      return 'guardian'
    }
    if (before === '' || number === before) read(given)
    else if (hasWork(draft)) return 'another'
    else begin(given)
    return 'patient'
  }
  function beginTyped(): void {
    clear(freshWork())
    owner = cleanNumber(draft.id_number)
  }
  function settle(): boolean {
    const isAnother = owner !== '' && owner !== cleanNumber(draft.id_number)
    if (isAnother && hasWork(draft)) return false
    if (isAnother) beginTyped()
    owner = cleanNumber(draft.id_number)
    return true
  }
  if (card) take(card)
  const form: Registration['form'] = (consents) => formOf(draft, needsGuardian.value, needsRelativeSees.value, consents)
  return { draft, known, isMinor, needsGuardian, needsRelativeSees, take, begin, settle, beginTyped, form }
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
