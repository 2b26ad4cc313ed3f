import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { blanksLeft, toNextBlank } from './blanks'
import { emptyFields } from './draft'

const BLANKS = { findings: ['[哪边]', '[多久]'], advice: ['[几天]'] }
const fields = { ...emptyFields(), findings: '[多久]前[哪边]，[自己的]', advice: '[几天]后复查' }

function area(name: 'findings' | 'advice'): HTMLTextAreaElement {
  return document.getElementById(`draft-${name}`) as HTMLTextAreaElement
}

describe('blanks of a template', () => {
  beforeEach(() => {
    document.body.innerHTML = '<textarea id="draft-findings"></textarea><textarea id="draft-advice"></textarea>'
    area('findings').value = fields.findings
    area('advice').value = fields.advice
  })
  afterEach(() => (document.body.innerHTML = ''))

  it('are left as long as they stand there', () => {
    expect(blanksLeft(BLANKS, { ...fields, findings: '左边，[多久]' })).toEqual([
      ['findings', ['[多久]']],
      ['advice', ['[几天]']],
    ])
    expect(blanksLeft(BLANKS, emptyFields())).toEqual([])
  })

  it('are gone through from element to element, without the brackets of the doctor', () => {
    const left = blanksLeft(BLANKS, fields)
    const chosen: string[] = []
    let at: Element | null = null
    while (toNextBlank('draft', left, at) && chosen.length < 9) {
      at = document.activeElement
      const here = at as HTMLTextAreaElement
      chosen.push(here.value.slice(here.selectionStart, here.selectionEnd))
    }
    expect(chosen).toEqual(['[多久]', '[哪边]', '[几天]'])
  })

  it('behind the last one Tab goes on', () => {
    const last = area('advice')
    last.focus()
    last.setSelectionRange(last.value.length, last.value.length)
    expect(toNextBlank('draft', blanksLeft(BLANKS, fields), last)).toBe(false)
  })
})
