/** What templates left to be filled in, as it stands now; Tab goes from one to the next. */
import type { FieldName, RecordFields } from './draft'
import { fieldId } from './missing'
import type { Draft } from './types'

type Blanks = Draft['blanks']

/** Those that still stand, by element, in the order of the form. */
export function blanksLeft(blanks: Blanks, fields: RecordFields): [FieldName, string[]][] {
  return (Object.entries(blanks) as [FieldName, string[]][]).flatMap(([name, labels]) => {
    const text = fields[name]
    const left = typeof text === 'string' ? labels.filter((label) => text.includes(label)) : []
    return left.length ? [[name, left] as [FieldName, string[]]] : []
  })
}

function nearest(text: string, labels: readonly string[], from: number): { start: number; end: number } | null {
  const found = labels.flatMap((label) => {
    const start = text.indexOf(label, from)
    return start < 0 ? [] : [{ start, end: start + label.length }]
  })
  return found.sort((a, b) => a.start - b.start)[0] ?? null
}

/** Selects the next blank from the caret of `at` on, in this element or a later one. False: there is none. */
export function toNextBlank(scope: string, left: readonly [FieldName, string[]][], at: Element | null): boolean {
  const areas = left.map(([name, labels]) => ({ labels, area: document.getElementById(fieldId(scope, name)) }))
  const here = areas.findIndex((one) => one.area === at)
  const behind = areas.filter((one) => at === null || one.area === at || (one.area && at.compareDocumentPosition(one.area) & Node.DOCUMENT_POSITION_FOLLOWING))
  for (const { labels, area } of behind) {
    if (!(area instanceof HTMLTextAreaElement)) continue
    const found = nearest(area.value, labels, here >= 0 && area === at ? area.selectionEnd : 0)
    if (!found) continue
    area.scrollIntoView({ block: 'nearest' })
    area.focus({ preventScroll: true })
    area.setSelectionRange(found.start, found.end)
    return true
  }
  return false
}
