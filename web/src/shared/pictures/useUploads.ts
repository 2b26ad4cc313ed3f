/** Pictures on their way to the server: several at once, each with its progress, its error and a way back. */

import { computed, onScopeDispose, ref, type Ref } from 'vue'

import { newKey } from '../api/http'
import { asProblem, type Text } from '../api/problem'
import { uploadPicture, type Picture, type Upload } from '../api/upload'

export const MOST_BYTES = 10 * 1024 * 1024
export const TOO_LARGE: Text = { zh: '图片超过 10 MB，请换一张小一些的。', en: 'This picture is over 10 MB. Please choose a smaller one.' }

export interface Held {
  key: string
  preview: string
  share: number
  picture: Picture | null
  error: Text | null
}

export interface Uploads {
  held: Ref<Held[]>
  ready: Ref<Picture[]>
  busy: Ref<boolean>
  add: (files: Iterable<File>) => void
  retry: (key: string) => void
  remove: (key: string) => void
  clear: () => void
  restore: (pictures: Picture[]) => void
}

export function useUploads(most: number): Uploads {
  const held = ref<Held[]>([])
  const files = new Map<string, File>()
  const running = new Map<string, Upload>()

  const find = (key: string): Held | undefined => held.value.find((h) => h.key === key)

  async function begin(key: string): Promise<void> {
    const file = files.get(key)
    const item = find(key)
    if (!file || !item) return
    Object.assign(item, { share: 0, error: null })
    const upload = uploadPicture(file, key, (share) => Object.assign(find(key) ?? {}, { share }))
    running.set(key, upload)
    try {
      Object.assign(item, { picture: await upload.done, share: 1 })
    } catch (error) {
      Object.assign(item, { error: asProblem(error).text })
    } finally {
      running.delete(key)
    }
  }

  function add(chosen: Iterable<File>): void {
    for (const file of [...chosen].slice(0, Math.max(0, most - held.value.length))) {
      const key = newKey()
      files.set(key, file)
      const error = file.size > MOST_BYTES ? TOO_LARGE : null
      held.value.push({ key, preview: URL.createObjectURL(file), share: 0, picture: null, error })
      if (!error) void begin(key)
    }
  }

  function remove(key: string): void {
    running.get(key)?.stop()
    const item = find(key)
    if (item?.preview.startsWith('blob:')) URL.revokeObjectURL(item.preview)
    files.delete(key)
    held.value = held.value.filter((h) => h.key !== key)
  }

  const clear = (): void => [...held.value].forEach((h) => remove(h.key))
  onScopeDispose(clear)

  return {
    held,
    ready: computed(() => held.value.flatMap((h) => (h.picture ? [h.picture] : []))),
    busy: computed(() => held.value.some((h) => !h.picture && !h.error)),
    add,
    retry: (key) => void begin(key),
    remove,
    clear,
    restore(pictures) {
      held.value = pictures.map((picture) => ({
        key: picture.id,
        preview: `/api/v1/media/${picture.id}?size=thumb`,
        share: 1,
        picture,
        error: null,
      }))
    },
  }
}
