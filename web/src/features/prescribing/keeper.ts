/** Keeps a sheet on the server: saved after a pause, whole or not at all, never over what was saved elsewhere. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { copyOf, isSame, missingOf, type Form } from './sheet'

export type SaveAnswer =
  | { kind: 'saved'; revision: number; quantities: number[] }
  | { kind: 'changed'; revision: number }
  | { kind: 'refused' }
  | { kind: 'failed' }
  | { kind: 'closed' }

/** `unfinished`: a field is empty, and half a line is nothing that a server could keep. */
export type KeepState = 'clean' | 'unfinished' | 'dirty' | 'saving' | 'saved' | 'refused' | 'failed' | 'conflict' | 'closed'

export interface KeeperOptions {
  form: Form
  revision: number
  uncounted: readonly string[]
  save: (form: Form, revision: number) => Promise<SaveAnswer>
  saved: (form: Form, quantities: number[]) => void
  pauseMs?: number
  retryMs?: number
}

const PAUSE_MS = 800
const RETRY_MS = 4000

export class Keeper {
  readonly form: ShallowRef<Form>
  readonly state: Ref<KeepState>
  readonly revision: Ref<number>
  /** Of what was saved elsewhere meanwhile. */
  private theirs = 0
  /** What the server has; null: that is not known, and this form is to be written over it. */
  private base: Form | null
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<boolean> | null = null

  constructor(private readonly options: KeeperOptions) {
    this.form = shallowRef(copyOf(options.form))
    this.base = copyOf(options.form)
    this.revision = ref(options.revision)
    this.state = ref(options.form.items.length || options.revision > 0 ? 'saved' : 'clean')
  }

  get isUnsaved(): boolean {
    return ['unfinished', 'dirty', 'saving', 'refused', 'failed', 'conflict'].includes(this.state.value)
  }

  edit(next: Form): void {
    this.form.value = next
    if (this.state.value === 'conflict' || this.state.value === 'closed') return
    if (this.running) return
    this.settle()
  }

  /** Words of an earlier page that began from another revision, which stays theirs until one of the two sheets is chosen. */
  meet(form: Form, began: number, theirs: number): void {
    this.form.value = form
    this.revision.value = began
    this.overtaken(theirs)
  }

  /** Somebody has heard that it was saved elsewhere. */
  overtaken(theirs: number): void {
    if (this.state.value === 'closed') return
    this.stop()
    this.theirs = theirs
    this.state.value = 'conflict'
  }

  /** Over what was saved elsewhere. */
  keepMine(): void {
    this.base = null
    this.revision.value = this.theirs
    const isUnfinished = missingOf(this.form.value, this.options.uncounted).length > 0
    this.state.value = isUnfinished ? 'unfinished' : 'dirty'
    void this.flush()
  }

  /** True when all of it is on the server. */
  async flush(): Promise<boolean> {
    this.stop()
    if (this.running) {
      const ok = await this.running
      return ['dirty', 'saving'].includes(this.state.value) ? this.flush() : ok && this.state.value === 'saved'
    }
    if (this.state.value === 'conflict' || this.state.value === 'closed') return false
    if (this.isAsBefore) return true
    if (missingOf(this.form.value, this.options.uncounted).length) {
      this.state.value = 'unfinished'
      return false
    }
    this.running = this.once().finally(() => (this.running = null))
    return this.running
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private get isAsBefore(): boolean {
    return this.base !== null && isSame(this.base, this.form.value)
  }

  private settle(): void {
    this.stop()
    if (this.base && this.isAsBefore) {
      this.state.value = this.base.items.length || this.revision.value > 0 ? 'saved' : 'clean'
      return
    }
    const isUnfinished = missingOf(this.form.value, this.options.uncounted).length > 0
    this.state.value = isUnfinished ? 'unfinished' : 'dirty'
    if (!isUnfinished) this.later(this.options.pauseMs ?? PAUSE_MS)
  }

  private later(ms: number): void {
    this.stop()
    this.timer = setTimeout(() => void this.flush(), ms)
  }

  private async once(): Promise<boolean> {
    const sent = copyOf(this.form.value)
    this.state.value = 'saving'
    const answer = await this.options.save(sent, this.revision.value).catch((): SaveAnswer => ({ kind: 'failed' }))
    const isAsSent = isSame(sent, this.form.value)
    if (answer.kind === 'saved') {
      this.base = sent
      this.revision.value = answer.revision
      this.state.value = 'saved'
      this.options.saved(sent, answer.quantities)
      if (!isAsSent) this.settle()
      return true
    }
    if (answer.kind === 'changed') this.theirs = answer.revision
    this.state.value = answer.kind === 'changed' ? 'conflict' : answer.kind
    if (answer.kind === 'failed') this.later(this.options.retryMs ?? RETRY_MS)
    // Other words than those that were refused.
    if (answer.kind === 'refused' && !isAsSent) this.settle()
    return false
  }
}
