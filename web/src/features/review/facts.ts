/** What of the patient bears on medicines, known or not. Pure. */

import type { Patient } from './api'

const OF_WOMEN = ['is_pregnant', 'plans_pregnancy', 'is_breast_feeding'] as const
const OF_ALL = ['kidney', 'liver', 'weight_kg'] as const
export type FactName = (typeof OF_WOMEN)[number] | (typeof OF_ALL)[number]

export interface Fact {
  name: FactName
  /** `yes`, `no`, a degree, or digits; null: nobody has said. */
  value: string | null
}

/** All that could be told of this patient: what is not known stands there as not known. */
export function factsOf(patient: Patient): Fact[] {
  const names: readonly FactName[] = patient.sex === 'male' ? OF_ALL : [...OF_WOMEN, ...OF_ALL]
  return names.map((name) => {
    const told = patient.facts[name]
    return { name, value: told === undefined || told === '' ? null : typeof told === 'boolean' ? (told ? 'yes' : 'no') : told }
  })
}
