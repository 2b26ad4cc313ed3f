/** Who was here last, for a page that opens without a line. The house has the last word as soon as it can be asked. */

import type { Account } from '../api/session'
import { OLDEST_MS, onShelf } from './shelf'

export async function keepAccount(account: Account): Promise<void> {
  await onShelf((shelf) => shelf.put('session', { who: 'last', account: JSON.parse(JSON.stringify(account)) as Account, at: Date.now() }))
}

export async function lastAccount(now = Date.now()): Promise<Account | null> {
  const found = await onShelf((shelf) => shelf.get('session', 'last'))
  return found && now - found.at < OLDEST_MS ? found.account : null
}
