/** Names for what this page makes before the house has heard of it: they sort by their time (RFC 9562, version 7). */

import { newKey } from '@/shared/api/http'

export function newId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0').slice(-12)
  const rest = newKey().replace(/-/g, '').slice(13)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${rest.slice(3, 7)}-${rest.slice(7)}`
}
