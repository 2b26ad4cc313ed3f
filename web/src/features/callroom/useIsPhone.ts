/** Where a call takes the whole screen, there is room for words under its signs. */
import { onScopeDispose, ref, type Ref } from 'vue'

export function useIsPhone(): Ref<boolean> {
  const query = matchMedia('(max-width: 899px)')
  const is = ref(query.matches)
  const heard = (): void => void (is.value = query.matches)
  query.addEventListener('change', heard)
  onScopeDispose(() => query.removeEventListener('change', heard))
  return is
}
