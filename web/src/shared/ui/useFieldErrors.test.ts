import { describe, expect, it } from 'vitest'

import { ApiProblem } from '../api/problem'

import { restOf } from './useFieldErrors'

const text = { zh: '不对', en: 'Wrong' }
const problem = (...fields: string[]): ApiProblem => new ApiProblem({ status: 422, code: 'invalid', text, errors: fields.map((field) => ({ field, text })) })

describe('what is wrong with a form', () => {
  it('is said below it for the fields that the form does not show', () => {
    expect(restOf(problem('title', 'body.licence_from'), ['title'])?.errors.map((one) => one.field)).toEqual(['body.licence_from'])
    expect(restOf(problem('title', 'body.licence_from'), ['title', 'licence_from'])).toBeNull()
  })

  it('is said below it when it is about no field', () => {
    const conflict = problem()
    expect(restOf(conflict, ['title'])).toBe(conflict)
    expect(restOf(null, ['title'])).toBeNull()
  })
})
