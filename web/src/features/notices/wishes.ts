/** Changes of one's settings: seen at once, sent in order one at a time; of several for the same thing the last counts. */

import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'

import type { Change, NoticeSettings } from './api'

export interface Wishes {
  /** The settings as they will be when everything is saved. */
  shown: ComputedRef<NoticeSettings | undefined>
  wish: (change: Change) => Promise<void>
  /** Whether all that was wished is saved; false before anything was. */
  saved: Readonly<Ref<boolean>>
}

/** `save` keeps what the house answers, and says false when the house refused: then nothing of what waited is sent. */
export function useWishes(kept: Readonly<Ref<NoticeSettings | undefined>>, save: (change: Change) => Promise<boolean>): Wishes {
  const underway = shallowRef<Change | null>(null)
  const next = shallowRef<Change | null>(null)
  const saved = shallowRef(false)

  async function wish(change: Change): Promise<void> {
    next.value = together(next.value ?? {}, change)
    saved.value = false
    if (underway.value) return
    while (next.value) {
      underway.value = next.value
      next.value = null
      if (!(await save(underway.value))) {
        underway.value = next.value = null
        return
      }
    }
    underway.value = null
    saved.value = true
  }

  const shown = computed(() => kept.value && changed(changed(kept.value, underway.value), next.value))
  return { shown, wish, saved }
}

function together(first: Change, then: Change): Change {
  const all = { ...first, ...then }
  const kinds = Object.keys({ ...first.choices, ...then.choices })
  if (kinds.length > 0) all.choices = Object.fromEntries(kinds.map((kind) => [kind, { ...first.choices?.[kind], ...then.choices?.[kind] }]))
  return all
}

function changed(settings: NoticeSettings, change: Change | null): NoticeSettings {
  if (!change) return settings
  const { choices, ...rest } = change
  const kinds = settings.kinds.map((kind) => ({ ...kind, channels: { ...kind.channels, ...choices?.[kind.kind] } }))
  return { ...settings, ...rest, kinds }
}
