/** The tab of the prescriptions: whether there are any, and how many came back from the pharmacist. */
import { computed } from 'vue'

import { useVisitPage } from './api'

export function usePrescribingTab(visit: () => string) {
  const { data } = useVisitPage(visit)
  const items = computed(() => data.value?.items.filter((one) => one.state !== 'discarded') ?? [])
  return { hasSome: computed(() => items.value.length > 0), returned: computed(() => items.value.filter((one) => one.state === 'returned').length) }
}
