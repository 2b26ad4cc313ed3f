/** What a composer does with chosen files: look at them, say what is wrong, and give the rest to the outbox. */

import { ref } from 'vue'

import type { Text } from '../api/problem'
import type { Thread } from '../live/thread'
import { useSift } from '../pictures/useSift'
import { faultOf } from './faults'

export const MOST_AT_ONCE = 9

export function useSendingFiles(thread: () => Pick<Thread, 'send'>) {
  const problem = ref<Text | null>(null)
  const sifting = useSift()

  /** True: some are to be taken again. */
  async function sendPictures(files: Iterable<File>): Promise<boolean> {
    const chosen = [...files].slice(0, MOST_AT_ONCE)
    problem.value = chosen.map((file) => faultOf(file, 'picture')).find(Boolean) ?? null
    const { send, again } = await sifting.sift(chosen.filter((file) => !faultOf(file, 'picture')))
    for (const file of send) void thread().send('picture', {}, file)
    return again
  }

  function sendDocuments(files: Iterable<File>): void {
    const chosen = [...files].slice(0, MOST_AT_ONCE)
    problem.value = chosen.map((file) => faultOf(file, 'document')).find(Boolean) ?? null
    for (const file of chosen) if (!faultOf(file, 'document')) void thread().send('document', { name: file.name }, file)
  }

  const sendVoice = (sound: Blob, ms: number): void => void thread().send('voice', { ms }, sound)

  return { problem, poor: sifting.poor, sendAnyway: sifting.sendAnyway, takeAgain: sifting.takeAgain, sendPictures, sendDocuments, sendVoice }
}
