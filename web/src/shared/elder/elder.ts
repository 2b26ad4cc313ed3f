/** The elder mode: large type, one task a screen, read aloud. Chosen per account on this device; a stranger gets what the device last had. */

import { reactive, readonly, watch } from 'vue'

import { useSession } from '../api/session'

const KEY = 'xinglin.elder'

interface Choice {
  on: boolean
  /** Each new page is read aloud. */
  aloud: boolean
}

const PLAIN: Choice = { on: false, aloud: false }
const choice = reactive<Choice>({ ...PLAIN })
let owner = ''

const keyOf = (account: string): string => (account ? `${KEY}.${account}` : KEY)

function kept(account: string): Choice | null {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(account)) ?? 'null') as Partial<Choice> | null
    return found && { on: found.on === true, aloud: found.aloud === true }
  } catch {
    return null
  }
}

function apply(): void {
  document.documentElement.classList.toggle('elder', choice.on)
}

function choose(change: Partial<Choice>): void {
  Object.assign(choice, change)
  if (!choice.on) choice.aloud = false
  apply()
  try {
    const words = JSON.stringify(choice)
    localStorage.setItem(keyOf(owner), words)
    localStorage.setItem(KEY, words)
  } catch {
    // A device that keeps nothing asks again next time.
  }
}

/** Follows who is signed in; called once, by the app. */
export function followElder(): void {
  const { account } = useSession()
  watch(
    () => account.value?.id ?? '',
    (id) => {
      owner = id
      Object.assign(choice, kept(id) ?? kept('') ?? PLAIN)
      apply()
    },
    { immediate: true },
  )
}

export function useElder() {
  return { elder: readonly(choice), choose }
}
