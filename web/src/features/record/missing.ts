/** What must stand in a record before it may be signed; the server has the last word. */
import { FIELD_NAMES, type FieldName, type RecordFields } from './draft'

export const SHORTEST_REASON = 5
export const LONGEST_FIELD = 4000
export const MOST_DIAGNOSES = 10

export function missingFields(fields: RecordFields): FieldName[] {
  return FIELD_NAMES.filter((name) => (name === 'diagnoses' ? fields.diagnoses.length === 0 : fields[name].trim() === ''))
}

export const fieldId = (scope: string, name: FieldName): string => `${scope}-${name}`

export function focusField(scope: string, name: FieldName): void {
  const found = document.getElementById(fieldId(scope, name))
  found?.scrollIntoView({ block: 'center' })
  found?.focus({ preventScroll: true })
}
