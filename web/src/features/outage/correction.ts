/** What a refused registration is asked for once more, and the form that comes of it. */

import type { FieldProblem, Text } from '@/shared/api/problem'
import { identityFault, isUnderAge } from '@/shared/identity/identity'
import type { Trouble } from '@/shared/site/store'
import type { SiteConsent, WalkInForm } from '@/shared/site/types'

export interface Correction {
  name: string
  id_number: string
  complaint: string
  guardian: { name: string; id_number: string }
  /** Number of the relative's card by which the patient was chosen. */
  family_of: string
  /** By the patient's own card, not by a relative's. */
  own_card: boolean
  relative_sees: boolean
  /** Kinds that are agreed to now. */
  agreed: string[]
}

const GUARDIAN = new Set(['guardian_needed', 'guardian_elsewhere'])
const clean = (number: string): string => number.replace(/[\s-]/g, '').toUpperCase()
const has = (troubles: readonly Trouble[], code: string): boolean => troubles.some((one) => one.code === code)

export function begin(form: WalkInForm, troubles: readonly Trouble[]): Correction {
  const isOfNoFamily = has(troubles, 'not_of_family')
  return {
    name: form.name,
    // Chosen from a family, the number is masked: of no use without it.
    id_number: isOfNoFamily ? '' : form.id_number,
    complaint: form.complaint,
    guardian: { name: '', id_number: '', ...form.guardian },
    family_of: form.family_of ?? '',
    own_card: isOfNoFamily || !form.family_of,
    relative_sees: form.relative_sees ?? false,
    agreed: [],
  }
}

export interface Asks {
  family: boolean
  guardian: boolean
  /** A grown patient in a relative's account: only with a yes of their own. */
  relative: boolean
  consents: SiteConsent[]
}

export function asksOf(form: WalkInForm, troubles: readonly Trouble[], given: Correction, consents: readonly SiteConsent[]): Asks {
  const number = clean(given.id_number)
  const isMinor = given.own_card && identityFault(number) === null && isUnderAge(number)
  const again = troubles.some((one) => one.code.includes('consent'))
  return {
    family: form.family_of !== undefined,
    guardian: isMinor || form.guardian !== undefined || troubles.some((one) => GUARDIAN.has(one.code)),
    relative: form.relative_sees !== undefined || has(troubles, 'relative_sees_needed'),
    consents: consents.filter(({ kind }) => again || !form.consents.some((one) => one.kind === kind)),
  }
}

/** Whether only a tap of the patient's is wanting; the fields are the house's to judge. */
export const lacks = (asks: Asks, given: Correction) => ({
  relative: asks.relative && !given.relative_sees,
  consents: asks.consents.some(({ kind }) => !given.agreed.includes(kind)),
})

export function corrected(form: WalkInForm, asks: Asks, given: Correction): WalkInForm {
  const { guardian } = given
  const now = asks.consents.filter(({ kind }) => given.agreed.includes(kind)).map(({ kind, version }) => ({ kind, version }))
  const isBeside = asks.guardian && (guardian.name.trim() !== '' || guardian.id_number.trim() !== '')
  return {
    name: given.name.trim(),
    id_number: clean(given.id_number),
    locale: form.locale,
    card_by: form.card_by,
    complaint: given.complaint.trim(),
    consents: [...form.consents.filter(({ kind }) => !now.some((one) => one.kind === kind)), ...now],
    ...(given.own_card ? {} : { family_of: clean(given.family_of) }),
    ...(isBeside ? { guardian: { name: guardian.name.trim(), id_number: clean(guardian.id_number) } } : {}),
    ...(asks.relative ? { relative_sees: given.relative_sees } : {}),
    ...(form.captured_at === undefined ? {} : { captured_at: form.captured_at }),
  }
}

/** The guardian's name is not the patient's. */
export function saidOf(errors: readonly FieldProblem[], name: string): Text | undefined {
  const isBeside = name.startsWith('guardian.')
  return errors.find(({ field }) => (field === name || field.endsWith(`.${name}`)) && (isBeside || !/(^|\.)guardian\./.test(field)))?.text
}
