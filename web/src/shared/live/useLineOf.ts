/** The line of this page is that of whoever is signed in; what one person has read is gone before the next comes. */

import { useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'

import { line } from './line'

/** Undefined: nobody whom the house lets listen. */
export function useLineOf(who: () => string | undefined): void {
  const queries = useQueryClient()
  watch(
    who,
    (id, before) => {
      if (before !== undefined) queries.clear()
      if (id === undefined) line.stop()
      else line.start(id)
    },
    { immediate: true },
  )
}
