/** From the wish to sign to the signature: what is signed is what was shown, and nothing that was written meanwhile. */
import { computed, ref, shallowRef, type Ref } from 'vue'

import { useAct } from '@/shared/api/act'
import type { Checked } from '@/shared/api/prescriptions'
import type { ApiProblem, Text } from '@/shared/api/problem'

import type { KeepState, Keeper } from './keeper'
import { saidOf, unanswered } from './safety'
import { copyOf, isSame, type Form } from './sheet'

/** The sheet as the server has it, and held still. */
export interface Seen {
  form: Form
  revision: number
  quantities: ReadonlyMap<string, number>
  overrides: { hit: string; text: Text | null; reason: string }[]
}

/** Why nothing was opened: a field, a rule or a reason to look at, or words (`halted`). */
export type Stop = { at: 'missing'; path: string } | { at: 'refused' } | { at: 'reason'; hit: string } | { at: 'halted' }

type Halt = 'meanwhile' | 'unchecked' | 'failed' | 'refused' | 'conflict' | 'closed'
const LASTING = ['failed', 'refused', 'conflict', 'closed'] as const satisfies readonly (Halt & KeepState)[]

interface Options {
  keeper: Keeper
  check: { run: () => Promise<Checked | null>; problem: Readonly<Ref<ApiProblem | null>> }
  missing: Readonly<Ref<string[]>>
  /** By the words that they answer. */
  reasons: Readonly<Ref<Record<string, string>>>
  quantities: ReadonlyMap<string, number>
  sign: (form: { revision: number; overrides: { hit: string; reason: string }[] }, key: string) => Promise<unknown>
}

/** Words for why nothing was opened, for as long as they hold. */
function useHalt(keeper: Keeper, checkProblem: Options['check']['problem']) {
  const told = shallowRef<{ why: Halt; of: Form } | null>(null)
  /** What was said of an earlier form, or of one that is saved or checked by now, is over. */
  const halted = computed(() => {
    if (told.value?.of !== keeper.form.value) return null
    const { why } = told.value
    const isOver = why === 'unchecked' ? checkProblem.value === null : why !== 'meanwhile' && keeper.state.value === 'saved'
    return isOver ? null : why
  })
  function halt(why?: Halt): Stop {
    const state = keeper.state.value
    told.value = { why: why ?? LASTING.find((one) => one === state) ?? 'meanwhile', of: keeper.form.value }
    return { at: 'halted' }
  }
  return { halted, halt, goOn: () => (told.value = null) }
}

export function useSigning({ keeper, check, missing, reasons, quantities, sign }: Options) {
  const signing = useAct(sign)
  const seen = shallowRef<Seen | null>(null)
  const isOpen = ref(false)
  const isTried = ref(false)
  const isOpening = ref(false)
  const { halted, halt, goOn } = useHalt(keeper, check.problem)
  const isStill = (one: Pick<Seen, 'form' | 'revision'>): boolean =>
    keeper.state.value === 'saved' && keeper.revision.value === one.revision && isSame(keeper.form.value, one.form)

  async function look(): Promise<Stop | null> {
    if (!(await keeper.flush())) return halt()
    const now = { form: copyOf(keeper.form.value), revision: keeper.revision.value }
    if (!isStill(now)) return halt()
    const answer = await check.run()
    if (!isStill(now)) return halt()
    if (!answer) return halt('unchecked')
    if (answer.refusals.length) return { at: 'refused' }
    const said = saidOf(answer.report.hits, reasons.value)
    const [hit] = unanswered(answer.to_answer, said)
    if (hit) return { at: 'reason', hit }
    const overrides = answer.to_answer.map((one) => ({ hit: one, text: answer.report.hits.find(({ id }) => id === one)?.text ?? null, reason: (said[one] ?? '').trim() }))
    seen.value = { ...now, quantities: new Map(quantities), overrides }
    isOpen.value = true
    return null
  }

  /** Shows what would be signed; otherwise answers what stands in its way. */
  async function open(): Promise<Stop | null> {
    if (isOpening.value) return null
    isTried.value = true
    signing.problem.value = null
    goOn()
    const [path] = missing.value
    if (path) return { at: 'missing', path }
    isOpening.value = true
    return look().finally(() => (isOpening.value = false))
  }

  /** True when it is signed: the revision that was shown. */
  async function confirm(): Promise<boolean> {
    const one = seen.value
    if (!one) return false
    if (!isStill(one)) {
      isOpen.value = false
      halt()
      return false
    }
    if (await signing.run({ revision: one.revision, overrides: one.overrides.map(({ hit, reason }) => ({ hit, reason })) })) {
      isOpen.value = false
      return true
    }
    const { problem } = signing
    if (problem.value?.code === 'prescription_changed') {
      isOpen.value = false
      keeper.overtaken(Number(problem.value.body['revision']))
      problem.value = null
    }
    return false
  }

  return { seen, isOpen, isTried, halted, busy: signing.busy, problem: signing.problem, open, confirm }
}
