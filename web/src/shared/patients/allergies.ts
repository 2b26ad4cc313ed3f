/** What the banner says: a named allergy, none by own account, or nothing known. */
export type AllergyState = 'some' | 'none' | 'unknown'

const NONE = new Set(['none', 'no', '无', '没有'])
const UNKNOWN = new Set(['', 'unknown', '不详', '不清楚', '未知'])

export function allergyState(told: string | null | undefined): AllergyState {
  const plain = (told ?? '').trim().toLowerCase().replace(/[。.]$/, '')
  if (UNKNOWN.has(plain)) return 'unknown'
  return NONE.has(plain) ? 'none' : 'some'
}
