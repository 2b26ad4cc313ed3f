/** What is looked for stands in the address, so that it can be kept, sent and gone back to. */

import type { LocationQuery } from 'vue-router'

export const KEYS = ['subject', 'actor', 'thing', 'action', 'purpose', 'since', 'until'] as const
export type Filters = Record<(typeof KEYS)[number], string>

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isId = (text: string): boolean => ID.test(text.trim())

export function filtersOf(query: LocationQuery): Filters {
  const one = (key: string): string => {
    const told = query[key]
    return (Array.isArray(told) ? told[0] : told) ?? ''
  }
  return Object.fromEntries(KEYS.map((key) => [key, one(key)])) as Filters
}

/** Only what narrows. */
export function queryOf(filters: Filters): Record<string, string> {
  const told: Record<string, string> = {}
  for (const key of KEYS) if (filters[key].trim()) told[key] = filters[key].trim()
  return told
}

/** As the server takes it: moments with their zone; one that is no moment goes as it is, and is refused. */
export function askedOf(filters: Filters, before?: string | null): string {
  const asked = new URLSearchParams(queryOf(filters))
  for (const key of ['since', 'until'] as const) {
    const told = asked.get(key)
    const at = told ? new Date(told) : null
    if (at && !Number.isNaN(at.getTime())) asked.set(key, at.toISOString())
  }
  if (before) asked.set('before', before)
  return asked.toString()
}
