/** Hears the feed while a component lives; `*` hears all, and a resync counts as each kind. */

import { onScopeDispose } from 'vue'

import { line } from './line'
import type { LiveEvent } from './protocol'

export function useEvents(kinds: readonly string[], heard: (event: LiveEvent | null) => void): void {
  const stops = [
    line.onEvent((event) => {
      if (kinds.includes('*') || kinds.includes(event.kind)) heard(event)
    }),
    line.onResync(() => heard(null)),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
}
