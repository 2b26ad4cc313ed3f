/** Files on their way to the server: several at once, each with its progress, its error and a way back; a reload goes on. */

import { computed, onScopeDispose, ref, type Ref } from 'vue'

import { newKey } from '../api/http'
import { asProblem, type Text } from '../api/problem'
import { forgetUpload, uploadFile, type FileKind, type Picture, type Upload } from '../api/upload'
import { faultOf, kindOf } from '../files/faults'
import { theStore, type Waiting } from '../live/store'

/** What a picker shows of a file that is up; `kind` is missing in drafts of earlier versions, which knew pictures only. */
export type Kept = Picture & { kind?: FileKind; name?: string }

export interface Held {
  key: string
  kind: FileKind
  name: string
  preview: string
  share: number
  picture: Kept | null
  error: Text | null
  /** What is wrong with it will not pass: another try is of no use. */
  isFinal: boolean
}

export interface Uploads {
  held: Ref<Held[]>
  ready: Ref<Kept[]>
  busy: Ref<boolean>
  add: (files: Iterable<File>) => void
  retry: (key: string) => void
  remove: (key: string) => void
  clear: () => void
  restore: (pictures: Kept[]) => void
}

/** Worth waiting for a line, an hour less busy, or room on the disk. */
const PASSING = new Set([0, 401, 429, 500, 502, 503, 504, 507])

/** Where the device keeps a file until it is up. A device that keeps nothing costs the reload, not the upload. */
async function onDevice<T>(act: (store: Awaited<ReturnType<typeof theStore>>) => Promise<T>): Promise<T | undefined> {
  try {
    return await act(await theStore())
  } catch {
    return undefined
  }
}
const drop = (key: string): Promise<unknown> => onDevice((store) => store.delete('waiting', key))

function restored(picture: Kept): Held {
  const kind = picture.kind ?? 'picture'
  const preview = kind === 'picture' ? `/api/v1/media/${picture.id}?size=thumb` : ''
  return { key: picture.id, kind, name: picture.name ?? '', preview, share: 1, picture, error: null, isFinal: false }
}

/** One list of files and what carries them. */
function useCarrying() {
  const held = ref<Held[]>([])
  const files = new Map<string, Blob>()
  const running = new Map<string, Upload>()
  const find = (key: string): Held | undefined => held.value.find((h) => h.key === key)

  async function begin(key: string): Promise<void> {
    const file = files.get(key)
    const item = find(key)
    if (!file || !item || running.has(key)) return
    Object.assign(item, { error: null })
    const upload = uploadFile(file, key, { kind: item.kind, name: item.name }, (share) => Object.assign(find(key) ?? {}, { share }))
    running.set(key, upload)
    try {
      Object.assign(item, { picture: await upload.done, share: 1 })
      void drop(key)
    } catch (error) {
      const { status, text } = asProblem(error)
      Object.assign(item, { error: text, isFinal: !PASSING.has(status) && status !== 409 })
      if (item.isFinal) void drop(key)
    } finally {
      running.delete(key)
    }
  }

  function hold(key: string, file: Blob, kind: FileKind, name: string, error: Text | null): void {
    files.set(key, file)
    const preview = kind === 'picture' ? URL.createObjectURL(file) : ''
    held.value.push({ key, kind, name, preview, share: 0, picture: null, error, isFinal: Boolean(error) })
    if (!error) void begin(key)
  }

  function letGo(key: string): void {
    running.get(key)?.stop()
    const item = find(key)
    if (item?.preview.startsWith('blob:')) URL.revokeObjectURL(item.preview)
    files.delete(key)
    held.value = held.value.filter((h) => h.key !== key)
  }

  function remove(key: string): void {
    running.get(key)?.stop()
    if (files.has(key) && !find(key)?.picture) void forgetUpload(key)
    void drop(key)
    letGo(key)
  }
  return { held, find, begin, hold, letGo, remove }
}

/** @param options.kept whose files, and in which form, outlive a reload. */
export function useUploads(most: number, options: { documents?: boolean; kept?: { owner: string; place: string } } = {}): Uploads {
  const { held, find, begin, hold, letGo, remove } = useCarrying()
  let isGone = false

  function add(chosen: Iterable<File>): void {
    for (const file of [...chosen].slice(0, Math.max(0, most - held.value.length))) {
      const key = newKey()
      const kind = options.documents ? kindOf(file) : 'picture'
      const error = faultOf(file, kind)
      hold(key, file, kind, file.name, error)
      if (error || !options.kept) continue
      const waiting: Waiting = { ...options.kept, key, kind, name: file.name, file }
      void onDevice((store) => store.put('waiting', waiting))
    }
  }

  /** What an earlier page had not brought up. */
  async function goOn(kept: { owner: string; place: string }): Promise<void> {
    const left = await onDevice((store) => store.getAllFromIndex('waiting', 'place', [kept.owner, kept.place]))
    for (const item of left ?? []) if (!isGone && !find(item.key) && held.value.length < most) hold(item.key, item.file, item.kind, item.name, null)
  }

  const again = (): void => held.value.forEach((h) => h.error && !h.isFinal && void begin(h.key))
  addEventListener('online', again)
  onScopeDispose(() => {
    isGone = true
    removeEventListener('online', again)
    for (const h of [...held.value]) letGo(h.key)
  })
  if (options.kept) void goOn(options.kept)

  return {
    held,
    ready: computed(() => held.value.flatMap((h) => (h.picture ? [h.picture] : []))),
    busy: computed(() => held.value.some((h) => !h.picture && !h.error)),
    add,
    retry: (key) => void begin(key),
    remove,
    clear: () => [...held.value].forEach((h) => remove(h.key)),
    restore: (pictures) => void (held.value = [...pictures.map(restored), ...held.value]),
  }
}
