/** Before somebody signs out: what is recorded and not yet sent stays in this browser, and is sent only when they are back. */
import { shallowRef } from 'vue'

export interface Parting {
  left: number
  answer: (leaves: boolean) => void
}

export const parting = shallowRef<Parting | null>(null)

/** True: nothing waits, or the person knows of it. */
export async function mayPart(owner: string): Promise<boolean> {
  const { recordingsWaiting } = await import('@/shared/call/recording/uploader')
  const left = await recordingsWaiting(owner)
  if (left === 0) return true
  return new Promise((done) => {
    parting.value = {
      left,
      answer: (leaves) => {
        parting.value = null
        done(leaves)
      },
    }
  })
}
