/** What a sheet asks is heard before its answers: the focus begins at the heading. */

import { watch, type Ref } from 'vue'

export function focusOn(head: Readonly<Ref<HTMLElement | null>>, open: Readonly<Ref<boolean>>): void {
  watch(
    [open, head],
    ([isOpen, element]) => {
      // The browser chooses a first focus when the sheet opens: after that.
      if (isOpen && element) requestAnimationFrame(() => element.focus())
    },
    { flush: 'post', immediate: true },
  )
}
