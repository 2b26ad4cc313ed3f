/** Keeps a draft on the server: saves after a pause, one save at a time, never over another's edit. */
import { ref, shallowRef, type Ref } from 'vue'

import { changedFields, complete, copyField, mergeFields, type FieldName, type RecordFields } from './draft'

export interface Stored {
  fields: RecordFields
  revision: number
  saved_at: string | null
}

export type SaveAnswer =
  | { kind: 'saved'; revision: number; saved_at: string | null }
  | { kind: 'changed'; stored: Stored }
  | { kind: 'failed' }
  | { kind: 'closed' }

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'conflict' | 'failed' | 'closed'

export interface Conflict {
  theirs: Stored
  fields: FieldName[]
}

/** Words that the server has not seen, and what they began from. */
export interface Unsaved {
  base: RecordFields
  fields: RecordFields
}

export interface AutosaveOptions {
  save: (fields: RecordFields, revision: number) => Promise<SaveAnswer>
  pauseMs?: number
  retryMs?: number
}

const PAUSE_MS = 800
const RETRY_MS = 4000
/** A third party that keeps writing must not make us loop. */
const MERGES_IN_A_ROW = 3

export class Autosave {
  readonly fields: Ref<RecordFields> = ref(complete(null))
  readonly state = ref<SaveState>('clean')
  readonly savedAt = ref<string | null>(null)
  readonly conflict = shallowRef<Conflict | null>(null)
  private base = complete(null)
  private revision = 0
  private merges = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<boolean> | null = null

  constructor(private readonly options: AutosaveOptions) {}

  /** What the server has; signing names it, so that nothing unseen is signed. */
  get storedRevision(): number {
    return this.revision
  }

  get isUnsaved(): boolean {
    return ['dirty', 'saving', 'failed', 'conflict'].includes(this.state.value)
  }

  /** Words that can no longer be saved as a draft. */
  get isUnsent(): boolean {
    return this.state.value === 'closed' && this.differs()
  }

  load(stored: Stored): void {
    this.stop()
    this.accept(stored)
    this.fields.value = complete(stored.fields)
    this.conflict.value = null
    this.state.value = stored.saved_at ? 'saved' : 'clean'
  }

  /** Null when all of it is on the server, or may no longer be saved. */
  unsaved(): Unsaved | null {
    return this.state.value !== 'closed' && this.differs() ? { base: complete(this.base), fields: complete(this.fields.value) } : null
  }

  /** What an earlier page could not save: it comes together with what the server has by now, as two tabs do. */
  restore(kept: Unsaved): void {
    if (this.differs() || this.state.value === 'closed') return
    const theirs: Stored = { fields: complete(this.base), revision: this.revision, saved_at: this.savedAt.value }
    const { merged, conflicts } = mergeFields(kept.base, kept.fields, theirs.fields)
    this.fields.value = merged
    if (conflicts.length) {
      this.conflict.value = { theirs, fields: conflicts }
      this.state.value = 'conflict'
    } else if (this.differs()) this.edit(merged)
  }

  /** What the server has just written by itself; words of here that it has not seen yet are kept. */
  take(stored: Stored): void {
    const { merged } = mergeFields(this.base, this.fields.value, complete(stored.fields))
    this.load(stored)
    if (changedFields(merged, this.fields.value).length) this.edit(merged)
  }

  edit(next: RecordFields): void {
    this.fields.value = complete(next)
    if (this.state.value === 'conflict' || this.state.value === 'closed') return
    if (this.state.value !== 'saving') this.state.value = 'dirty'
    this.later(this.options.pauseMs ?? PAUSE_MS)
  }

  /** True when everything typed so far is on the server. */
  async flush(): Promise<boolean> {
    this.stop()
    if (this.running) {
      const ok = await this.running
      return ok && this.differs() ? this.flush() : ok
    }
    if (this.state.value === 'conflict' || this.state.value === 'closed') return false
    if (!this.differs()) {
      if (this.state.value !== 'clean') this.state.value = 'saved'
      return true
    }
    this.running = this.saveOnce().finally(() => {
      this.running = null
    })
    return this.running
  }

  async choose(side: 'mine' | 'theirs'): Promise<boolean> {
    const found = this.conflict.value
    if (!found) return true
    this.accept(found.theirs)
    if (side === 'theirs') {
      for (const name of found.fields) this.fields.value = copyField(name, this.base, this.fields.value)
    }
    this.conflict.value = null
    this.merges = 0
    this.state.value = 'dirty'
    return this.flush()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private differs(): boolean {
    return changedFields(this.base, this.fields.value).length > 0
  }

  private later(ms: number): void {
    this.stop()
    this.timer = setTimeout(() => void this.flush(), ms)
  }

  private accept(stored: Stored): void {
    this.base = complete(stored.fields)
    this.revision = stored.revision
    this.savedAt.value = stored.saved_at
  }

  private async saveOnce(): Promise<boolean> {
    const sent = complete(this.fields.value)
    this.state.value = 'saving'
    const answer = await this.options.save(sent, this.revision).catch((): SaveAnswer => ({ kind: 'failed' }))
    switch (answer.kind) {
      case 'saved':
        return this.saved({ fields: sent, revision: answer.revision, saved_at: answer.saved_at })
      case 'changed':
        return this.meet(answer.stored)
      case 'failed':
        this.state.value = 'failed'
        this.later(this.options.retryMs ?? RETRY_MS)
        return false
      case 'closed':
        this.state.value = 'closed'
        return false
    }
  }

  private saved(stored: Stored): true {
    this.merges = 0
    this.accept(stored)
    if (this.differs()) {
      this.state.value = 'dirty'
      this.later(this.options.pauseMs ?? PAUSE_MS)
    } else this.state.value = 'saved'
    return true
  }

  /** Somebody (most often the same doctor in another tab) saved meanwhile. */
  private async meet(theirs: Stored): Promise<boolean> {
    const merge = mergeFields(this.base, this.fields.value, complete(theirs.fields))
    this.fields.value = merge.merged
    if (merge.conflicts.length > 0 || this.merges >= MERGES_IN_A_ROW) {
      const fields = merge.conflicts.length > 0 ? merge.conflicts : changedFields(merge.merged, complete(theirs.fields))
      this.conflict.value = { theirs, fields }
      this.state.value = 'conflict'
      return false
    }
    this.merges += 1
    this.accept(theirs)
    if (this.differs()) return this.saveOnce()
    this.state.value = 'saved'
    return true
  }
}
