/** The record as a doctor edits it, and how two edits of one record come together. */

export interface Diagnosis {
  code: string
  name_zh: string
  name_en?: string | null
}

export interface RecordFields {
  chief_complaint: string
  present_illness: string
  past_history: string
  allergy: string
  findings: string
  diagnoses: Diagnosis[]
  advice: string
}

export type FieldName = keyof RecordFields

export const FIELD_NAMES: readonly FieldName[] = [
  'chief_complaint',
  'present_illness',
  'past_history',
  'allergy',
  'findings',
  'diagnoses',
  'advice',
]

export function emptyFields(): RecordFields {
  return {
    chief_complaint: '',
    present_illness: '',
    past_history: '',
    allergy: '',
    findings: '',
    diagnoses: [],
    advice: '',
  }
}

/** The server may leave out what was never filled in. */
export function complete(fields: Partial<RecordFields> | null | undefined): RecordFields {
  const found = { ...emptyFields(), ...(fields ?? {}) }
  return { ...found, diagnoses: found.diagnoses.map((one) => ({ ...one })) }
}

export function sameField(name: FieldName, left: RecordFields, right: RecordFields): boolean {
  if (name !== 'diagnoses') return left[name] === right[name]
  const codes = (fields: RecordFields) => fields.diagnoses.map((one) => one.code).join(' ')
  return codes(left) === codes(right)
}

export function changedFields(left: RecordFields, right: RecordFields): FieldName[] {
  return FIELD_NAMES.filter((name) => !sameField(name, left, right))
}

export function copyField(name: FieldName, from: RecordFields, into: RecordFields): RecordFields {
  return complete({ ...into, [name]: from[name] })
}

export interface Merge {
  merged: RecordFields
  /** Changed on both sides and differently: the doctor must choose. `merged` holds mine. */
  conflicts: FieldName[]
}

/** Three-way merge by field. `base` is what both sides started from. */
export function mergeFields(base: RecordFields, mine: RecordFields, theirs: RecordFields): Merge {
  let merged = complete(mine)
  const conflicts: FieldName[] = []
  for (const name of changedFields(mine, theirs)) {
    if (sameField(name, base, mine)) merged = copyField(name, theirs, merged)
    else if (!sameField(name, base, theirs)) conflicts.push(name)
  }
  return { merged, conflicts }
}
