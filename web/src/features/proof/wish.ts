/** What somebody who asks wants: advice, or care on a diagnosis made before. Kept for the intake until the visit is open. */

import { reactive, watch } from 'vue'

export interface Wish {
  followUp: boolean
  proofs: string[]
}

const keyOf = (intake: string): string => `xinglin.wish.${intake}`

export function readWish(intake: string, store: Storage = sessionStorage): Wish {
  try {
    const kept = JSON.parse(store.getItem(keyOf(intake)) ?? '{}') as Partial<Wish> | null
    return {
      followUp: kept?.followUp === true,
      proofs: Array.isArray(kept?.proofs) ? kept.proofs.filter((id): id is string => typeof id === 'string') : [],
    }
  } catch {
    return { followUp: false, proofs: [] }
  }
}

export function keepWish(intake: string, wish: Wish, store: Storage = sessionStorage): void {
  try {
    store.setItem(keyOf(intake), JSON.stringify(wish))
  } catch {
    // A full or forbidden store costs the choice, not the page.
  }
}

export function dropWish(intake: string, store: Storage = sessionStorage): void {
  store.removeItem(keyOf(intake))
}

export function useWish(intake: string): Wish {
  const wish = reactive(readWish(intake))
  watch(wish, () => keepWish(intake, wish))
  return wish
}

/** What goes along when the visit is asked for. */
export const asked = (wish: Wish): { wants_follow_up: boolean; proof_ids: string[] } => ({
  wants_follow_up: wish.followUp,
  proof_ids: wish.followUp ? wish.proofs : [],
})
