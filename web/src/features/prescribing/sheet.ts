/** The form of a prescription: what is on it, what is missing, and what is sent. Pure. */
import type { Choice } from '@/shared/api/prescriptions'
import type { Text } from '@/shared/api/problem'

import type { Draft, Medicine, ProposedItem, Proven, Told } from './types'

/** Numbers as they were typed: an empty field is no number. `open`: proposed by a copy or a favourite, and not confirmed yet. */
export interface Item {
  product_id: string
  name: Text
  strength: string
  units: string[]
  routes: Choice[]
  frequencies: string[]
  dose: string
  dose_unit: string
  route: string
  frequency: string
  days: string
  doses: string
  open: string[]
  confirmed: string[]
}

export interface Form {
  items: Item[]
  diagnoses: string[]
  valid_days: number
  patient_facts: Record<string, string | boolean>
  weight_kg: string
  told: Told
}

/** What the doctor ticks of a long supply, and signs. */
export const TICKS = ['long_term', 'stable', 'evaluated', 'first_issued_offline', 'guardian_present'] as const satisfies readonly (keyof Told)[]
export const FIELDS = ['dose', 'dose_unit', 'route', 'frequency', 'days', 'doses'] as const
export type Field = (typeof FIELDS)[number]

const NUMBER = /^\d{1,6}(\.\d{1,4})?$/
const WHOLE = /^\d{1,4}$/

const isAmount = (typed: string): boolean => NUMBER.test(typed) && Number(typed) > 0
/** What no further digit could make a number of this kind: told at once, not only at the signature. */
export const isNoAmount = (typed: string): boolean => !/^\d*\.?\d*$/.test(typed)
export const isNoCount = (typed: string): boolean => !/^\d*$/.test(typed)
/** What is no number goes as it was typed, for the server to refuse. */
const countOf = (typed: string): number | string => (WHOLE.test(typed) ? Number(typed) : typed)

export const emptyTold = (): Told => ({ longer_for: '', longer_reason: '', long_term: false, stable: false, evaluated: false, evaluation: '', first_issued_offline: false, guardian_present: false })

export const itemFrom = (item: ProposedItem): Item => ({
  product_id: item.product_id,
  name: item.name,
  strength: item.strength,
  units: item.units,
  routes: item.routes,
  frequencies: item.frequencies,
  dose: item.dose,
  dose_unit: item.dose_unit,
  route: item.route,
  frequency: item.frequency,
  days: String(item.days),
  doses: item.doses === null ? '' : String(item.doses),
  open: [...item.to_confirm],
  confirmed: [],
})

export function formOf(draft: Draft): Form {
  return {
    items: draft.items.map(itemFrom),
    diagnoses: [...draft.diagnoses],
    valid_days: draft.valid_days,
    patient_facts: { ...draft.patient_facts },
    weight_kg: draft.weight_kg,
    told: { ...emptyTold(), ...draft.told },
  }
}

/** Nothing that the doctor decides is filled in: only what leaves no choice. */
export function newItem(medicine: Medicine): Item {
  const units = [...new Set([medicine.dose_unit?.code, medicine.amount?.unit])].filter((unit): unit is string => Boolean(unit))
  const routes = medicine.routes.map(({ code, name }) => ({ code, text: name }))
  return {
    product_id: medicine.id,
    name: medicine.name,
    strength: medicine.strength,
    units,
    routes,
    frequencies: medicine.frequencies.map((one) => one.code),
    dose: '',
    dose_unit: units.length === 1 ? (units[0] ?? '') : '',
    route: routes.length === 1 ? (routes[0]?.code ?? '') : '',
    frequency: '',
    days: '',
    doses: '',
    open: [],
    confirmed: [],
  }
}

/** What the doctor enters with the own hand counts as confirmed; a number of doses that is computed has nothing to look at. */
export function entered(item: Item, change: Partial<Record<Field, string>>, uncounted: readonly string[]): Item {
  const next = { ...item, ...change }
  if (!uncounted.includes(next.frequency)) next.doses = ''
  if (next.frequency === 'st' && change.frequency === 'st') next.days = '1'
  return confirmed(next, Object.keys(change), uncounted)
}

export function confirmed(item: Item, names: readonly string[], uncounted: readonly string[]): Item {
  const all = new Set(names)
  if (all.has('frequency') && !uncounted.includes(item.frequency)) all.add('doses')
  const now = item.open.filter((name) => all.has(name))
  return { ...item, open: item.open.filter((name) => !all.has(name)), confirmed: [...item.confirmed, ...now] }
}

/** Paths of what has to be there before anything is saved: `items.0.dose`. */
export function missingOf(form: Form, uncounted: readonly string[]): string[] {
  return form.items.flatMap((item, place) => {
    const found: Field[] = []
    if (!isAmount(item.dose)) found.push('dose')
    if (!item.dose_unit) found.push('dose_unit')
    if (!item.route) found.push('route')
    if (!item.frequency) found.push('frequency')
    if (!WHOLE.test(item.days) || Number(item.days) < 1) found.push('days')
    if (uncounted.includes(item.frequency) && (!WHOLE.test(item.doses) || Number(item.doses) < 1)) found.push('doses')
    return found.map((name) => `items.${place}.${name}`)
  }).concat(form.weight_kg !== '' && !isAmount(form.weight_kg) ? ['weight_kg'] : [])
}

/** Diagnoses to tick: those accepted in the visit, and those that stand or stood on the sheet without being so (any more). */
export function diagnosesOf(proven: readonly Proven[], names: readonly Proven[], ...onSheet: (readonly string[])[]): (Proven & { isProven: boolean })[] {
  const others = [...new Set(onSheet.flat())].filter((code) => !proven.some((one) => one.code === code))
  const nameOf = (code: string): Proven => names.find((one) => one.code === code) ?? { code, name_zh: '', name_en: '' }
  return [...proven.map((one) => ({ ...one, isProven: true })), ...others.map((code) => ({ ...nameOf(code), isProven: false }))]
}

/** What stands between the sheet and the signature: empty fields, no medicine, no diagnosis, copied fields. */
export function unready(form: Form, uncounted: readonly string[]): string[] {
  return [
    ...(form.items.length ? [] : ['items']),
    ...(form.diagnoses.length ? [] : ['diagnoses']),
    ...missingOf(form, uncounted),
    // A number of doses that is computed is confirmed with the frequency.
    ...form.items.flatMap((item, place) => item.open.filter((name) => name !== 'doses' || uncounted.includes(item.frequency)).map((name) => `items.${place}.${name}`)),
  ].filter((path, index, all) => all.indexOf(path) === index)
}

/** The use of an item, as it is sent. */
export const asKept = (item: Item): object => ({
  product_id: item.product_id,
  dose: item.dose,
  dose_unit: item.dose_unit,
  route: item.route,
  frequency: item.frequency,
  days: countOf(item.days),
  doses: item.doses === '' ? null : countOf(item.doses),
})

export function asSent(form: Form, revision: number): object {
  return {
    revision,
    items: form.items.map((item) => ({ ...asKept(item), confirmed: item.confirmed, to_confirm: item.open })),
    diagnoses: form.diagnoses,
    valid_days: form.valid_days,
    patient_facts: form.patient_facts,
    weight_kg: form.weight_kg,
    told: form.told,
  }
}

export const copyOf = (form: Form): Form => JSON.parse(JSON.stringify(form)) as Form

/** Whether the server would be told something new. */
export const isSame = (one: Form, other: Form): boolean => JSON.stringify(asSent(one, 0)) === JSON.stringify(asSent(other, 0))

/** For which words a quantity was computed: another dose has another one. */
export const countedFor = (item: Item): string => [item.product_id, item.dose, item.dose_unit, item.frequency, item.days, item.doses].join(' ')

/** Full-width digits and points as plain ones. Nothing is dropped: `1,5` without its comma would be ten times the dose. */
export const plainDigits = (typed: string): string => typed.replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10)).replace(/[．。·]/g, '.')
