/** Messages on their way, one localStorage entry each: two tabs never overwrite each other's, a reload loses none. */

import type { Outgoing } from './protocol'

const PREFIX = 'xinglin.out.'

const keyOf = (owner: string, item: Pick<Outgoing, 'consultation' | 'client_id'>): string =>
  `${PREFIX}${owner}.${item.consultation}.${item.client_id}`

function parsed(text: string | null): Outgoing | null {
  if (text === null) return null
  try {
    return JSON.parse(text) as Outgoing
  } catch {
    return null
  }
}

export class Outbox {
  private readonly owner: string
  private readonly store: Storage

  constructor(owner: string, store: Storage = localStorage) {
    this.owner = owner
    this.store = store
  }

  put(item: Outgoing): void {
    this.store.setItem(keyOf(this.owner, item), JSON.stringify(item))
  }

  drop(consultation: string, clientId: string): void {
    this.store.removeItem(keyOf(this.owner, { consultation, client_id: clientId }))
  }

  /** Oldest first, of one consultation or of all. */
  all(consultation?: string): Outgoing[] {
    const prefix = PREFIX + this.owner + '.' + (consultation ? consultation + '.' : '')
    const found: Outgoing[] = []
    for (let i = 0; i < this.store.length; i += 1) {
      const key = this.store.key(i)
      if (!key?.startsWith(prefix)) continue
      const item = parsed(this.store.getItem(key))
      if (item) found.push(item)
    }
    return found.sort((a, b) => a.written_at.localeCompare(b.written_at))
  }
}
