/** What is wrong with a form: beside the field it is about where the form shows that field, else below the form. */

import { computed, type ComputedRef, type Ref } from 'vue'

import { ApiProblem } from '../api/problem'
import { useSay } from '../i18n'

export interface FieldErrors {
  /** The words for one field; empty when it is in order. */
  wrong: (field: string) => string
  rest: ComputedRef<ApiProblem | null>
}

/** `fields`: those beside which the form shows what is wrong. */
export function useFieldErrors(problem: Readonly<Ref<ApiProblem | null>>, fields: readonly string[]): FieldErrors {
  const say = useSay()
  return { wrong: (field) => say(problem.value?.field(field)), rest: computed(() => restOf(problem.value, fields)) }
}

/** The problem without what stands beside the fields; null when that was all of it. */
export function restOf(problem: ApiProblem | null, fields: readonly string[]): ApiProblem | null {
  if (!problem || problem.errors.length === 0 || problem.refusals.length > 0) return problem
  const errors = problem.errors.filter((one) => !fields.some((field) => one.field === field || one.field.endsWith(`.${field}`)))
  return errors.length > 0 ? new ApiProblem({ ...problem.body, errors }) : null
}
