/** What is looked into stands in the address bar, so that it can be sent, kept and gone back from. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Of the query. */
export type Words = Record<string, string>

export function usePlace() {
  const route = useRoute()
  const router = useRouter()
  const words = computed<Words>(() => Object.fromEntries(Object.entries(route.query).filter((each): each is [string, string] => typeof each[1] === 'string')))
  const word = (name: string): string => words.value[name] ?? ''

  function go(changes: Words, replace = false): void {
    const merged = Object.entries({ ...words.value, ...changes }).filter(([, value]) => value !== '')
    const to = { query: Object.fromEntries(merged) }
    void (replace ? router.replace(to) : router.push(to))
  }
  return { words, word, go }
}
