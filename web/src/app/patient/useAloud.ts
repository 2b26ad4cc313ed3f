/** In the elder mode, each new page is read by itself when that is wished. */

import { watch } from 'vue'
import { useRoute } from 'vue-router'

import { useElder } from '@/shared/elder/elder'
import { speak, stopSpeaking, wordsOf } from '@/shared/elder/speech'
import { useLocale } from '@/shared/i18n'

/** Most pages have what they show by then; what comes later is read on the button. */
const SETTLES_MS = 1_200

export function useAloud(): void {
  const route = useRoute()
  const { elder } = useElder()
  const { locale } = useLocale()
  let timer: ReturnType<typeof setTimeout> | undefined

  function read(): void {
    const page = document.querySelector<HTMLElement>('[data-read]') ?? document.querySelector<HTMLElement>('main')
    if (page) void speak(wordsOf(page), locale.value)
  }
  watch(
    [() => route.path, () => elder.on && elder.aloud],
    ([, isWished]) => {
      clearTimeout(timer)
      stopSpeaking()
      if (isWished) timer = setTimeout(read, SETTLES_MS)
    },
    { immediate: true },
  )
}
