/** What this browser has still to send of recordings, of this account; also of calls before a crash. */
import { computed, shallowRef } from 'vue'

import type { Uploader } from '@/shared/call/recording/uploader'

const uploader = shallowRef<Uploader | null>(null)
export const left = computed(() => uploader.value?.state.waiting ?? 0)
/** Why it does not go on now, in the house's words. */
export const trouble = computed(() => uploader.value?.state.trouble ?? null)

export async function sendWhatIsLeft(owner: string): Promise<void> {
  const { resumeUploads } = await import('@/shared/call/recording/uploader')
  uploader.value = resumeUploads(owner)
}
