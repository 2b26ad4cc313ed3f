/** What the instruments sent and was given to the patient who is being registered: doubted at once, and taken when the house has the walk-in. */

import { computed, type Ref } from 'vue'

import { asProblem, type Text } from '@/shared/api/problem'
import { site } from '@/shared/site/api'
import type { InboxReading, Limit, VitalKind } from '@/shared/site/types'

import { doubtOf, type Doubt } from './doubt'
import type { Draft, Taken } from './registration'

/** Refusals of a reading that the house takes back when it is told that it is so. */
export const isAsked = (code: string): boolean => code === 'unlikely_value' || code === 'measured_before'

/** Said anew in whichever language the page has meanwhile. */
export type Faults = Partial<Record<VitalKind, () => string>>

interface Words {
  limits: () => readonly Limit[]
  say: (text: Text) => string
  doubtText: (doubt: Doubt) => string
}

export function useObserved(draft: Draft, faults: Ref<Faults>, { limits, say, doubtText }: Words) {
  const change = (id: string, more: Partial<Taken>): void => void (draft.taken = draft.taken.map((one) => (one.id === id ? { ...one, ...more } : one)))
  const blame = (one: Taken, text: () => string): void => void (faults.value = { ...faults.value, [one.kind]: text })
  const clear = ({ kind }: { kind: VitalKind }): void => void (faults.value = Object.fromEntries(Object.entries(faults.value).filter(([name]) => name !== kind)))

  /** What is impossible the house has not even let in. */
  function isBelieved(one: Taken): boolean {
    const doubt = one.confirmed || one.sent ? null : doubtOf(limits(), one)
    if (doubt?.what !== 'unlikely') return true
    blame(one, () => doubtText(doubt))
    change(one.id, { doubted: true })
    return false
  }
  function take(one: InboxReading): void {
    clear(one)
    draft.taken = [...draft.taken.filter(({ kind }) => kind !== one.kind), one]
    isBelieved(one)
  }
  function confirm(one: Taken): void {
    clear(one)
    change(one.id, { confirmed: true, doubted: false })
  }
  function giveBack(one: Taken): void {
    clear(one)
    draft.taken = draft.taken.filter(({ id }) => id !== one.id)
  }
  /** False: one of them was not taken, and its field says why. */
  async function bring(): Promise<boolean> {
    let isWhole = true
    for (const one of draft.taken.filter(({ sent }) => !sent)) {
      try {
        await site.takeReading(draft.id, one.id, one.confirmed === true, one.context)
        change(one.id, { sent: true })
      } catch (error) {
        const problem = asProblem(error)
        isWhole = false
        blame(one, () => say(problem.text))
        if (isAsked(problem.code)) change(one.id, { doubted: true, confirmed: false })
      }
    }
    return isWhole
  }
  /** Of a registration that is only kept here: they stay in the inbox. */
  const waiting = computed(() => draft.taken.filter(({ sent }) => !sent))

  return { take, confirm, giveBack, isBelieved, bring, waiting }
}

export type Observed = ReturnType<typeof useObserved>
