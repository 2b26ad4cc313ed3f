/** One draft on the desk: kept on the server, on this device while it is not there yet, and checked after each save. */
import { computed, onBeforeUnmount, onMounted, ref, shallowReactive, shallowRef, watch } from 'vue'

import type { Checked } from '@/shared/api/prescriptions'
import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { useKeptForm } from '@/shared/offline/keptForm'

import { leaving, rx, saveSheet } from './api'
import { Keeper } from './keeper'
import { keyOf } from './safety'
import { countedFor, formOf, isSame, missingOf, unready, type Form } from './sheet'
import type { Draft, Prescription } from './types'

interface Kept {
  form: Form | null
  revision: number
}

export function useSheet(stored: Prescription & { draft: Draft }, uncounted: readonly string[]) {
  const problem = shallowRef<ApiProblem | null>(null)
  const quantities = shallowReactive(new Map<string, number>())
  const count = (form: Form, found: readonly number[]): void => form.items.forEach((item, place) => quantities.set(countedFor(item), found[place] ?? 0))
  const first = formOf(stored.draft)
  count(first, stored.draft.items.map((item) => item.quantity))
  const keeper = new Keeper({
    form: first,
    revision: stored.revision,
    uncounted,
    save: (form, revision) => saveSheet(stored.id, form, revision, (found) => (problem.value = found)),
    saved: count,
  })
  const kept = useKeptForm<Kept>(`rx ${stored.id}`, { form: null, revision: -1 })
  const why = useKeptForm<{ of: Record<string, string> }>(`rx-why ${stored.id}`, { of: {} })
  // Of a sheet that came back: what the doctor said of the same hit before stands in its field.
  const before = saidBefore(stored.signed)
  /** By the words that they answer (`keyOf`). */
  const reasons = computed<Record<string, string>>({ get: () => ({ ...before, ...why.form.of }), set: (next) => (why.form.of = next) })
  void kept.ready.then(() => {
    const found = kept.form.form
    if (!found || isSame(found, first)) return
    if (kept.form.revision === stored.revision) keeper.edit(found)
    else keeper.meet(found, kept.form.revision, stored.revision)
  })
  watch([keeper.form, keeper.state], () => {
    kept.form.form = keeper.isUnsaved ? keeper.form.value : null
    kept.form.revision = keeper.revision.value
  })

  const missing = computed(() => unready(keeper.form.value, uncounted))
  const isWhole = computed(() => keeper.form.value.items.length > 0 && keeper.form.value.diagnoses.length > 0 && missingOf(keeper.form.value, uncounted).length === 0)
  // While it is being saved the other revision may be the own one.
  const check = useCheck(stored.id, () => keeper.revision.value, (theirs) => keeper.state.value === 'saved' && keeper.overtaken(theirs))
  watch(
    [keeper.state, keeper.revision],
    ([state]) => {
      if (state === 'saved' && isWhole.value) void check.run()
    },
    { immediate: true },
  )
  /** Of the form that stands here: what was found of another one is not told beside it. */
  const checked = computed(() => (keeper.state.value === 'saved' ? check.found.value : null))
  /** A refusal of an earlier form says nothing of this one. */
  watch(keeper.form, () => (problem.value = null))
  const warn = (event: BeforeUnloadEvent): void => {
    if (!keeper.isUnsaved) return
    void keeper.flush()
    event.preventDefault()
  }
  onMounted(() => addEventListener('beforeunload', warn))
  onBeforeUnmount(() => {
    removeEventListener('beforeunload', warn)
    if (!keeper.isUnsaved) return
    const last = keeper.flush().then((ok) => ok && kept.forget())
    leaving(stored.id, last)
    void last.finally(() => keeper.stop())
  })
  const forget = (): void => {
    kept.forget()
    why.forget()
  }
  return { keeper, problem, quantities, missing, isWhole, check, checked, reasons, forget }
}

const saidBefore = (signed: Prescription['signed']): Record<string, string> =>
  Object.fromEntries((signed?.report?.hits ?? []).map((hit) => [keyOf(hit), signed?.overrides.find((one) => one.hit === hit.id)?.reason ?? '']))

export type Desk = ReturnType<typeof useSheet>

/** Of which revision an answer is: a server that does not say is asked for the sheet afterwards, and revisions only grow. */
const revisionOf = async (id: string, checked: Checked & { revision?: number }): Promise<number> => checked.revision ?? (await rx.read(id)).revision

/** The answer counts for the revision it was asked of, and for no other. `overtaken` hears of one that was saved elsewhere. */
export function useCheck(id: string, revision: () => number, overtaken: (theirs: number) => void) {
  const answer = shallowRef<{ revision: number; checked: Checked } | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const busy = ref(false)
  let asked = 0
  const found = computed(() => (answer.value?.revision === revision() ? answer.value.checked : null))

  async function run(): Promise<Checked | null> {
    const [mine, of] = [++asked, revision()]
    busy.value = true
    problem.value = null
    try {
      const checked = await rx.check(id)
      const theirs = await revisionOf(id, checked)
      if (mine !== asked || of !== revision()) return null
      if (theirs === of) answer.value = { revision: of, checked }
      else overtaken(theirs)
    } catch (error) {
      if (mine === asked) {
        answer.value = null
        problem.value = asProblem(error)
      }
    } finally {
      if (mine === asked) busy.value = false
    }
    return found.value
  }
  return { found, problem, busy, run }
}
