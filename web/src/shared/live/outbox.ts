/** Messages on their way, kept on the device: a reload loses none, and all tabs of one person see the same. */

import { readonly, ref } from 'vue'

import { ApiProblem } from '../api/problem'
import type { Outgoing } from './protocol'
import { forgetStore, theStore, type Store } from './store'

const OLD_PREFIX = 'xinglin.out.'
/** Behind everything that the database has counted, until it has counted this one too. */
const UNCOUNTED = 2 ** 50

export type New = Omit<Outgoing, 'owner' | 'order'>
/** `memory`: the browser keeps nothing, so what waits is lost with the tab. */
export type Keeping = 'opening' | 'device' | 'memory'
type Gossip = { op: 'put'; item: Outgoing } | { op: 'drop'; client_id: string }

export interface Shelf {
  open: () => Promise<Store>
  channel: (name: string) => BroadcastChannel | null
  old: Storage
}

const browser = (): Shelf => ({
  open: theStore,
  channel: (name) => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)),
  old: localStorage,
})

const FULL = new ApiProblem({
  status: 0,
  code: 'device_full',
  text: {
    zh: '本机存储空间已满，这条消息没有保存，文字已放回输入框。请清理空间后再发送。',
    en: 'This device has no room left, so the message was not kept; its words are back in the field. Please free some space and send it again.',
  },
})
/** Kept by an earlier page, when pictures were all that could wait. */
function asNow(item: Outgoing & { picture?: Blob }): Outgoing {
  const { picture, ...rest } = item
  return picture ? { file: picture, ...rest } : item
}
const isFull = (error: unknown): boolean => error instanceof Error && error.name === 'QuotaExceededError'

function oldItems(store: Storage, owner: string): [string, New][] {
  const prefix = `${OLD_PREFIX}${owner}.`
  const keys = Array.from({ length: store.length }, (_, i) => store.key(i)).filter((key) => key?.startsWith(prefix) ?? false)
  return keys
    .flatMap((key): [string, New][] => {
      try {
        return [[key ?? '', JSON.parse(store.getItem(key ?? '') ?? '') as New]]
      } catch {
        return []
      }
    })
    .sort(([, a], [, b]) => a.written_at.localeCompare(b.written_at))
}

export class Outbox {
  readonly owner: string
  private readonly shelf: Shelf
  private readonly items = new Map<string, Outgoing>()
  private readonly mode = ref<Keeping>('opening')
  readonly keeping = readonly(this.mode)
  private readonly changed: () => void
  private readonly channel: BroadcastChannel | null
  private uncounted = UNCOUNTED
  /** Dropped by any tab: a slow read of the database must not bring it back. */
  private readonly gone = new Set<string>()
  private isShut = false
  /** Settles when what an earlier page has left is here; never rejects. */
  readonly ready: Promise<void>

  constructor(owner: string, changed: () => void, shelf: Shelf = browser()) {
    this.owner = owner
    this.shelf = shelf
    this.changed = changed
    this.channel = shelf.channel(`xinglin.outbox.${owner}`)
    if (this.channel) this.channel.onmessage = (told: MessageEvent<Gossip>) => this.hear(told.data)
    this.ready = this.begin()
  }

  shut(): void {
    this.isShut = true
    this.channel?.close()
  }

  /** In the order of writing, of one consultation or of all. */
  all(consultation?: string): Outgoing[] {
    return [...this.items.values()]
      .filter((item) => consultation === undefined || item.consultation === consultation)
      .sort((a, b) => a.order - b.order)
  }

  find(clientId: string): Outgoing | undefined {
    return this.items.get(clientId)
  }

  /** Kept where a reload finds it; until then it is on screen but must not be sent. */
  isKept(item: Outgoing): boolean {
    return item.order < UNCOUNTED || this.mode.value === 'memory'
  }

  /**
   * On screen at once, on the device when the promise settles.
   * Raises: ApiProblem `device_full`; the message is then nowhere, and its words belong back in the composer.
   */
  async add(fresh: New): Promise<Outgoing> {
    const uncounted = { ...fresh, owner: this.owner }
    const item: Outgoing = { ...uncounted, order: this.uncounted++ }
    this.items.set(item.client_id, item)
    this.changed()
    try {
      const order = await this.onDevice((store) => store.add('outbox', uncounted as Outgoing))
      if (order === undefined) return item
      const kept = { ...item, order }
      if (this.items.has(item.client_id)) this.items.set(item.client_id, kept)
      this.tell({ op: 'put', item: kept })
      return kept
    } catch (error) {
      this.items.delete(item.client_id)
      throw error
    } finally {
      this.changed()
    }
  }

  /** Changes what is there; what another tab has dropped meanwhile stays dropped. */
  async update(item: Outgoing): Promise<void> {
    if (!this.items.has(item.client_id)) return
    this.items.set(item.client_id, item)
    this.changed()
    this.tell({ op: 'put', item })
    await this.onDevice(async (store) => {
      const change = store.transaction('outbox', 'readwrite')
      if ((await change.store.count(item.order)) > 0) await change.store.put(item)
      await change.done
    })
  }

  async drop(clientId: string): Promise<void> {
    const item = this.items.get(clientId)
    if (!item) return
    this.items.delete(clientId)
    this.gone.add(clientId)
    this.changed()
    this.tell({ op: 'drop', client_id: clientId })
    await this.onDevice((store) => store.delete('outbox', item.order))
  }

  /** What other tabs have done while this one slept. */
  async reread(): Promise<void> {
    const kept = await this.onDevice((store) => store.getAllFromIndex('outbox', 'owner', this.owner))
    if (kept === undefined || this.isShut) return
    for (const [id, item] of this.items) if (item.order < UNCOUNTED) this.items.delete(id)
    for (const item of kept) if (!this.gone.has(item.client_id)) this.items.set(item.client_id, asNow(item))
    this.changed()
  }

  private async begin(): Promise<void> {
    await this.migrate().catch(() => undefined)
    await this.reread().catch(() => undefined)
    if (this.mode.value === 'opening') this.mode.value = 'device'
    this.changed()
  }

  /** What the outbox of earlier versions had left in localStorage; two tabs may do it at once. */
  private async migrate(): Promise<void> {
    for (const [key, item] of oldItems(this.shelf.old, this.owner)) {
      const isThere = await this.onDevice(async (store) => {
        if ((await store.countFromIndex('outbox', 'client_id', item.client_id)) > 0) return true
        await store.add('outbox', { ...item, owner: this.owner } as Outgoing)
        return true
      })
      if (isThere) this.shelf.old.removeItem(key)
      else this.items.set(item.client_id, { ...item, owner: this.owner, order: this.uncounted++ })
    }
  }

  /** Undefined when the browser keeps nothing: then the memory of the tab is all there is, and the person is told. */
  private async onDevice<T>(act: (store: Store) => Promise<T>): Promise<T | undefined> {
    if (this.mode.value === 'memory') return undefined
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await act(await this.shelf.open())
      } catch (error) {
        if (isFull(error)) throw FULL
        forgetStore()
        if (attempt === 0) continue
        this.mode.value = 'memory'
        return undefined
      }
    }
  }

  private tell(gossip: Gossip): void {
    if (!this.isShut && this.mode.value !== 'memory') this.channel?.postMessage(gossip)
  }

  private hear(gossip: Gossip): void {
    if (gossip.op === 'put' && !this.gone.has(gossip.item.client_id)) this.items.set(gossip.item.client_id, gossip.item)
    if (gossip.op === 'drop') {
      this.gone.add(gossip.client_id)
      this.items.delete(gossip.client_id)
    }
    this.changed()
  }
}
