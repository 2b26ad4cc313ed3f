/** The newest messages of the last conversations, to read without a line. */

import { useSession } from '../api/session'
import type { Message } from '../live/protocol'
import { OLDEST_MS, onShelf } from './shelf'

const MOST_MESSAGES = 200
const MOST_THREADS = 10

export async function keepThread(visit: string, messages: readonly Message[]): Promise<void> {
  const owner = useSession().account.value?.id
  if (!owner || messages.length === 0) return
  await onShelf(async (shelf) => {
    await shelf.put('threads', { owner, visit, messages: JSON.parse(JSON.stringify(messages.slice(-MOST_MESSAGES))) as unknown[], at: Date.now() })
    const all = await shelf.getAllFromIndex('threads', 'owner', owner)
    for (const old of all.sort((a, b) => b.at - a.at).slice(MOST_THREADS)) await shelf.delete('threads', [owner, old.visit])
  })
}

export async function keptThread(visit: string, now = Date.now()): Promise<{ messages: Message[]; at: number } | null> {
  const owner = useSession().account.value?.id ?? ''
  const found = await onShelf((shelf) => shelf.get('threads', [owner, visit]))
  return found && now - found.at < OLDEST_MS ? { messages: found.messages as Message[], at: found.at } : null
}
