/** Spreadsheets of master data: what the server says of an import, and what the page makes of it. */
import { API, http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export const KINDS = ['doctors', 'departments', 'medicines'] as const
export type SheetKind = (typeof KINDS)[number]
export type ImportState = 'asked' | 'checked' | 'refused' | 'applying' | 'applied' | 'outdated' | 'failed'
export type SheetFormat = 'xlsx' | 'csv'

export interface SheetColumn {
  key: string
  name: Text
  holds: Text
  example: Text
  required: boolean
}

export interface SheetImport {
  id: string
  kind: SheetKind
  state: ImportState
  file_name: string
  bytes: number
  sha256: string
  asked_at: string
  asked_by: string
  checked_at: string | null
  applied_at: string | null
  rows: number
  new: number
  changed: number
  same: number
  errors: number
  milliseconds: number
}

export interface SheetError {
  row: number
  cell: string
  column: Text | null
  value: string
  text: Text
  instead: Text
}

export interface SheetLine {
  row: number
  key: string
  name: Text
  is_new: boolean
  fields: { column: Text; before: Text; after: Text }[]
}

export interface SheetFound extends SheetImport {
  refused: Text | null
  error_lines: SheetError[]
  lines: SheetLine[]
  extra: string[]
  others: string[]
}

export const isRunning = (one: Pick<SheetImport, 'state'>): boolean => one.state === 'asked' || one.state === 'applying'

/** Only a preview without errors that would do something. */
export const mayApply = (one: SheetImport): boolean => one.state === 'checked' && one.errors === 0 && one.new + one.changed > 0

/** What the history calls it: a preview tells what would come of it. */
export function outcome(one: SheetImport): ImportState | 'with_errors' | 'nothing_new' {
  if (one.state !== 'checked') return one.state
  if (one.errors) return 'with_errors'
  return mayApply(one) ? 'checked' : 'nothing_new'
}

/** Where a file comes from; the browser saves it itself. */
export function fileOf(kind: SheetKind, what: 'template' | 'export', form: SheetFormat, locale: string): string {
  return `${API}/sheets/${kind}/${what}?form=${form}&locale=${locale}`
}

const ENDINGS = /\.(xlsx|csv)$/i
const OLD = /\.(xls|xlsm|xlsb|ods|numbers)$/i

/** What can be told before anything is sent; the server looks again at what is in the file. */
export function fault(file: Pick<File, 'name' | 'size'>, most: number): 'empty' | 'large' | 'old' | 'other' | null {
  if (file.size === 0) return 'empty'
  if (file.size > most) return 'large'
  if (OLD.test(file.name)) return 'old'
  return ENDINGS.test(file.name) ? null : 'other'
}

export const listImports = (before: string | null, signal?: AbortSignal): Promise<{ items: SheetImport[]; next: string | null }> =>
  http.get(`/sheets/imports?limit=10${before ? `&before=${before}` : ''}`, signal)
export const readImport = (id: string, signal?: AbortSignal): Promise<SheetFound> => http.get(`/sheets/imports/${id}`, signal)
export const askImport = (kind: SheetKind, file: string, key: string): Promise<SheetImport> => http.post('/sheets/imports', { kind, file_id: file }, key)
export const applyImport = (one: SheetImport, key: string): Promise<SheetFound> => http.post(`/sheets/imports/${one.id}/apply`, { sha256: one.sha256 }, key)
export const listColumns = (kind: SheetKind, signal?: AbortSignal): Promise<{ items: SheetColumn[] }> => http.get(`/sheets/${kind}/columns`, signal)
