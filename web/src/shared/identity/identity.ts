/** What can be told from a Chinese identity number while it is being typed (GB 11643); the server decides. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'

export type IdentityFault = 'length' | 'digits' | 'date' | 'check'

function realDate(y: number, m: number, d: number): boolean {
  const at = new Date(y, m - 1, d)
  return at.getFullYear() === y && at.getMonth() === m - 1 && at.getDate() === d && y >= 1900 && at <= new Date()
}

export function identityFault(number: string): IdentityFault | null {
  const n = number.trim().toUpperCase()
  if (!/^[\dX]*$/.test(n)) return 'digits'
  if (n.length !== 18) return 'length'
  if (!/^\d{17}[\dX]$/.test(n)) return 'digits'
  if (!realDate(Number(n.slice(6, 10)), Number(n.slice(10, 12)), Number(n.slice(12, 14)))) return 'date'
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(n[i]), 0)
  return CHECKS[sum % 11] === n[17] ? null : 'check'
}

const ADULT_YEARS = 18

/** Of a well-formed number. */
export function isUnderAge(number: string, today = new Date()): boolean {
  const n = number.trim()
  const grown = new Date(Number(n.slice(6, 10)) + ADULT_YEARS, Number(n.slice(10, 12)) - 1, Number(n.slice(12, 14)))
  return grown > today
}
