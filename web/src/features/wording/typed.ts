/** Words that are written over those that stand: what somebody else saves meanwhile never replaces them. */
import { reactive, type Reactive } from 'vue'

import type { Text } from '@/shared/api/problem'

export interface Typed {
  form: Reactive<Text>
  /** As it stands in the house now. */
  stands: (text: Text) => void
  /** The house has taken these: what was typed since is new. */
  taken: (text: Text) => void
}

export function useTyped(): Typed {
  const form = reactive<Text>({ zh: '', en: '' })
  let under: Text = { zh: '', en: '' }
  return {
    form,
    stands(text) {
      if (form.zh === under.zh && form.en === under.en) Object.assign(form, text)
      under = { ...text }
    },
    taken(text) {
      under = { ...text }
    },
  }
}
