import { describe, expect, it } from 'vitest'

import { fault, fileOf, isRunning, mayApply, outcome, type SheetImport } from './sheets'

const checked: SheetImport = {
  id: 'i', kind: 'doctors', state: 'checked', file_name: 'a.xlsx', bytes: 1, sha256: '', asked_at: '', asked_by: '', checked_at: null, applied_at: null,
  rows: 2, new: 1, changed: 0, same: 1, errors: 0, milliseconds: 0,
}

describe('an import', () => {
  it('is applied only as a preview without errors that would do something', () => {
    expect(mayApply(checked)).toBe(true)
    expect(mayApply({ ...checked, errors: 1 })).toBe(false)
    expect(mayApply({ ...checked, new: 0 })).toBe(false)
    expect(mayApply({ ...checked, state: 'applied' })).toBe(false)
  })

  it('is called by what would come of it', () => {
    expect(outcome(checked)).toBe('checked')
    expect(outcome({ ...checked, errors: 2 })).toBe('with_errors')
    expect(outcome({ ...checked, new: 0 })).toBe('nothing_new')
    expect(outcome({ ...checked, state: 'applied' })).toBe('applied')
  })

  it('runs while the worker has it', () => {
    expect((['asked', 'applying', 'checked', 'applied', 'failed'] as const).filter((state) => isRunning({ state }))).toEqual(['asked', 'applying'])
  })
})

describe('a file', () => {
  it('is told before it is sent when it can be no sheet', () => {
    expect(fault({ name: 'a.XLSX', size: 1 }, 9)).toBeNull()
    expect(fault({ name: 'a.csv', size: 10 }, 9)).toBe('large')
    expect(fault({ name: 'a.csv', size: 0 }, 9)).toBe('empty')
    expect(fault({ name: 'a.xlsm', size: 1 }, 9)).toBe('old')
    expect(fault({ name: 'a.exe', size: 1 }, 9)).toBe('other')
  })

  it('comes in the format and language asked for', () => {
    expect(fileOf('doctors', 'template', 'csv', 'en')).toBe('/api/v1/sheets/doctors/template?form=csv&locale=en')
  })
})
