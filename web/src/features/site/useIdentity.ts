/** Asks the house whom it knows by a card: once for each card, when name and number are whole. */

import { onScopeDispose, shallowRef, watch } from 'vue'

import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { site } from '@/shared/site/api'

import { cleanNumber, isWhole, type Registration } from './registration'

const PAUSE_MS = 500

export function useIdentity({ draft, known }: Registration) {
  const problem = shallowRef<ApiProblem | null>(null)
  let asked = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    clearTimeout(timer)
    const given = { name: draft.name.trim(), id_number: cleanNumber(draft.id_number) }
    if (!given.name || !isWhole(given.id_number)) return
    const key = JSON.stringify(given)
    if (key === asked) return
    asked = key
    problem.value = null
    try {
      const found = await site.identity(given)
      if (asked === key) known.value = found.known ? found : null
    } catch (error) {
      if (asked !== key) return
      known.value = null
      const what = asProblem(error)
      // Without a line, or where the house will not look any more for a while, the registration goes on: it looks when it hears of it.
      if (what.status === 0 || what.status === 429 || what.status >= 500) asked = ''
      else problem.value = what
    }
  }
  watch(
    () => [draft.name, draft.id_number],
    () => {
      problem.value = null
      if (JSON.stringify({ name: draft.name.trim(), id_number: cleanNumber(draft.id_number) }) !== asked) {
        known.value = null
        asked = ''
      }
      clearTimeout(timer)
      // A name is written character by character: ask when the hand rests.
      timer = setTimeout(() => void ask(), draft.card_by === 'reader' ? 0 : PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { problem, ask }
}
