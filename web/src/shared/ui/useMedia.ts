/** Whether the window is as a media query says, now and whenever it changes. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue'

export function useMedia(query: string): Readonly<Ref<boolean>> {
  const media = matchMedia(query)
  const fits = ref(media.matches)
  const heard = (): void => void (fits.value = media.matches)
  media.addEventListener('change', heard)
  onScopeDispose(() => media.removeEventListener('change', heard))
  return readonly(fits)
}
