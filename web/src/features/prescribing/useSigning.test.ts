import { describe, expect, it } from 'vitest'
import { ref } from 'vue'

import type { Checked, Hit } from '@/shared/api/prescriptions'
import { ApiProblem } from '@/shared/api/problem'

import { UNCOUNTED, formWith, itemOf } from './fixtures'
import { Keeper, type SaveAnswer } from './keeper'
import { keyOf } from './safety'
import { useSigning } from './useSigning'

const NOTHING: Checked = { report: { hits: [], unknown: [], no_data: [], not_told: [] }, allergies: [], to_answer: [], refusals: [], notes: [] }
const withDose = (dose: string) => formWith(itemOf({ dose }))

/** A doctor's desk; `meanwhile` is what happens while the check runs. */
function desk(told: { save?: SaveAnswer; checked?: Checked | null; meanwhile?: (keeper: Keeper) => void; reasons?: Record<string, string>; signed?: () => Promise<unknown> } = {}) {
  const keeper = new Keeper({
    form: withDose('1'),
    revision: 3,
    uncounted: UNCOUNTED,
    save: () => Promise.resolve(told.save ?? { kind: 'saved', revision: 4, quantities: [7] }),
    saved: () => undefined,
    pauseMs: 60_000,
  })
  const calls: { revision: number }[] = []
  const problem = ref(told.checked === null ? new ApiProblem({ status: 503, code: 'safety_check_failed', text: { zh: '', en: '' } }) : null)
  const signing = useSigning({
    keeper,
    check: {
      problem,
      run: () => {
        told.meanwhile?.(keeper)
        return Promise.resolve(told.checked === undefined ? NOTHING : told.checked)
      },
    },
    missing: ref<string[]>([]),
    reasons: ref(told.reasons ?? {}),
    quantities: new Map(),
    sign: (form) => {
      calls.push(form)
      return told.signed?.() ?? Promise.resolve({ version: 1 })
    },
  })
  return { keeper, signing, calls, problem }
}

describe('what is signed', () => {
  it('is what was saved, checked and shown', async () => {
    const { keeper, signing, calls } = desk()
    keeper.edit(withDose('2'))
    expect(await signing.open()).toBeNull()
    expect([signing.isOpen.value, signing.seen.value?.form.items[0]?.dose, signing.seen.value?.revision]).toEqual([true, '2', 4])
    expect(await signing.confirm()).toBe(true)
    expect(calls).toEqual([{ revision: 4, overrides: [] }])
  })

  it('is not shown while a warning at this dose has no reason of its own, and then with its words', async () => {
    const words = (dose: string) => ({ zh: `每日共 ${dose}`, en: `${dose} a day` })
    const hit = { id: 'h', level: 'warn', text: words('40 mg') } as Hit
    const checked = { ...NOTHING, report: { ...NOTHING.report, hits: [hit] }, to_answer: ['h'] }
    const earlier = desk({ checked, reasons: { [keyOf({ ...hit, text: words('20 mg') })]: '已监测血压' } })
    expect(await earlier.signing.open()).toEqual({ at: 'reason', hit: 'h' })
    const now = desk({ checked, reasons: { [keyOf(hit)]: ' 已监测血压 ' } })
    expect(await now.signing.open()).toBeNull()
    expect(now.signing.seen.value?.overrides).toEqual([{ hit: 'h', text: hit.text, reason: '已监测血压' }])
    await now.signing.confirm()
    expect(now.calls).toEqual([{ revision: 3, overrides: [{ hit: 'h', reason: '已监测血压' }] }])
  })

  it('is not shown when words were written while it was checked', async () => {
    const { signing } = desk({ meanwhile: (keeper) => keeper.edit(withDose('20')) })
    expect(await signing.open()).toEqual({ at: 'halted' })
    expect([signing.isOpen.value, signing.halted.value]).toEqual([false, 'meanwhile'])
  })

  it('is not shown when another revision was saved while it was checked', async () => {
    const { signing, keeper } = desk({ meanwhile: (found) => (found.revision.value = 5) })
    expect(await signing.open()).toEqual({ at: 'halted' })
    expect([signing.isOpen.value, signing.halted.value, keeper.state.value]).toEqual([false, 'meanwhile', 'saved'])
  })

  it('is no longer what was shown when the sheet has moved under the dialog', async () => {
    const { keeper, signing, calls } = desk()
    await signing.open()
    keeper.edit(withDose('20'))
    expect(signing.seen.value?.form.items[0]?.dose).toBe('1')
    expect(await signing.confirm()).toBe(false)
    expect([signing.isOpen.value, signing.halted.value, calls.length]).toEqual([false, 'meanwhile', 0])
  })

  it('was saved elsewhere: then one of the two sheets is chosen', async () => {
    const changed = new ApiProblem({ status: 409, code: 'prescription_changed', text: { zh: '', en: '' }, revision: 9 })
    const { keeper, signing } = desk({ signed: () => Promise.reject(changed) })
    await signing.open()
    expect(await signing.confirm()).toBe(false)
    expect([signing.isOpen.value, keeper.state.value, signing.problem.value]).toEqual([false, 'conflict', null])
    keeper.keepMine()
    expect(keeper.revision.value).toBe(9)
  })
})

describe('why nothing opens is said', () => {
  it.each([
    [{ kind: 'failed' }, 'failed'],
    [{ kind: 'refused' }, 'refused'],
    [{ kind: 'changed', revision: 9 }, 'conflict'],
    [{ kind: 'closed' }, 'closed'],
  ] as [SaveAnswer, string][])('of %o', async (save, why) => {
    const { keeper, signing } = desk({ save })
    keeper.edit(withDose('2'))
    expect(await signing.open()).toEqual({ at: 'halted' })
    expect([signing.isOpen.value, signing.halted.value]).toEqual([false, why])
    keeper.stop()
  })

  it('of a check that did not run to its end', async () => {
    const { signing, problem } = desk({ checked: null })
    await signing.open()
    expect([signing.isOpen.value, signing.halted.value]).toEqual([false, 'unchecked'])
    problem.value = null
    expect(signing.halted.value).toBeNull()
  })

  it('until the sheet is another one', async () => {
    const { keeper, signing } = desk({ checked: null })
    await signing.open()
    keeper.edit(withDose('2'))
    expect(signing.halted.value).toBeNull()
    keeper.stop()
  })
})
