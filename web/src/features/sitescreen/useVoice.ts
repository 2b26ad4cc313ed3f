/** What comes on the screen is read aloud, on by itself: many who sit here have no glasses with them. */

import { onScopeDispose, ref, watch, type Ref } from 'vue'

import { speak, speech, stopSpeaking, wordsOf } from '@/shared/elder/speech'
import { useLocale } from '@/shared/i18n'

/** Until what has come is drawn. */
const SETTLES_MS = 500

/** `page`: changes with each thing that is shown; empty where nothing is to be said. */
export function useVoice(page: () => string): { isOn: Ref<boolean>; toggle: () => void } {
  const { locale } = useLocale()
  const isOn = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined

  function read(): void {
    const found = [...document.querySelectorAll<HTMLElement>('[data-read]')].at(-1)
    if (found) void speak(wordsOf(found), locale.value)
  }
  watch(
    [page, isOn, locale],
    ([now, wanted]) => {
      clearTimeout(timer)
      stopSpeaking()
      if (wanted && now) timer = setTimeout(read, SETTLES_MS)
    },
    { immediate: true },
  )
  // A device without a voice: it is said by the switch, and not at each page again.
  watch(speech, (state) => {
    if (state === 'no_voice') isOn.value = false
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    stopSpeaking()
  })
  return { isOn, toggle: () => (isOn.value = !isOn.value) }
}
