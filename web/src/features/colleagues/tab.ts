/** The tab of what passed between doctors: how much there is, and whether it is read first. */
import { computed, type MaybeRefOrGetter } from 'vue'

import { useQuestionsOfVisit, useTransfers } from './api'

export function useColleaguesTab(visit: MaybeRefOrGetter<string>) {
  const transfers = useTransfers(visit)
  const questions = useQuestionsOfVisit(visit)
  const count = computed(() => (transfers.data.value?.items.length ?? 0) + (questions.data.value?.items.length ?? 0))
  /** A note of the doctor before is read first. */
  const isNoted = computed(() => (transfers.data.value?.items.length ?? 0) > 0)
  return { count, isNoted }
}

const looked = new Set<string>()

/** Once for each visit while the page lives: afterwards the doctor chooses the tab. */
export function isFirstLook(visit: string): boolean {
  if (looked.has(visit)) return false
  looked.add(visit)
  return true
}
