/** Nobody walks away from a page with something written, by a tab, by Back or by a page anew, without being asked. */

import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

/** `asks`: the question stands. Answers how to be done here: true when somebody was on their way elsewhere and goes on. */
export function useLeaving(isWritten: () => boolean, asks: Ref<boolean>): () => boolean {
  let isDone = false
  let goOn: ((may: boolean) => void) | null = null

  function answer(may: boolean): boolean {
    const going = goOn
    goOn = null
    going?.(may)
    return going !== null
  }
  watch(asks, (open) => open || answer(false))
  onBeforeRouteLeave(() => {
    if (isDone || !isWritten()) return true
    answer(false)
    asks.value = true
    return new Promise<boolean>((given) => (goOn = given))
  })
  const warn = (event: BeforeUnloadEvent): void => {
    if (!isDone && isWritten()) event.preventDefault()
  }
  onMounted(() => addEventListener('beforeunload', warn))
  onBeforeUnmount(() => removeEventListener('beforeunload', warn))
  return () => {
    isDone = true
    return answer(true)
  }
}
