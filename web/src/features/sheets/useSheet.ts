/** One file on its way: up in pieces, looked at by the worker, shown, applied. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { useAct } from '@/shared/api/act'
import { newKey } from '@/shared/api/http'
import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { uploadFile, type Upload } from '@/shared/api/upload'

import { applyImport, askImport, isRunning, readImport, type SheetFound, type SheetKind } from './sheets'

const POLL_MS = 700

export interface SheetWork {
  found: ComputedRef<SheetFound | undefined>
  share: Ref<number | null>
  name: Ref<string>
  problem: ComputedRef<ApiProblem | null>
  busy: ComputedRef<boolean>
  send: (file: File, kind: SheetKind) => Promise<void>
  stop: () => void
  show: (id: string | null) => void
  apply: () => Promise<void>
}

export function useSheet(): SheetWork {
  const queries = useQueryClient()
  const id = ref<string | null>(null)
  const share = ref<number | null>(null)
  const name = ref('')
  const upload = shallowRef<Upload | null>(null)
  const failure = shallowRef<ApiProblem | null>(null)
  const query = useQuery({
    queryKey: computed(() => ['sheets', 'import', id.value]),
    queryFn: ({ signal }) => readImport(id.value ?? '', signal),
    enabled: computed(() => id.value !== null),
    refetchInterval: (q) => (q.state.data && !isRunning(q.state.data) ? false : POLL_MS),
  })
  const ask = useAct((told: { kind: SheetKind; file: string }, key) => askImport(told.kind, told.file, key))
  const act = useAct((one: SheetFound, key) => applyImport(one, key))
  const found = computed(() => (id.value === null ? undefined : query.data.value))
  const forgetHistory = (): void => void queries.invalidateQueries({ queryKey: ['sheets', 'history'] })
  watch(() => found.value?.state, forgetHistory)

  function show(which: string | null): void {
    failure.value = ask.problem.value = act.problem.value = null
    id.value = which
  }

  async function send(file: File, kind: SheetKind): Promise<void> {
    show(null)
    name.value = file.name
    share.value = 0
    const going = uploadFile(file, newKey(), { kind: 'sheet', name: file.name }, (done) => (share.value = done))
    upload.value = going
    try {
      const kept = await going.done
      const made = await ask.run({ kind, file: kept.id })
      if (made) id.value = made.id
    } catch (error) {
      // Whoever stopped it knows.
      if (upload.value === going) failure.value = asProblem(error)
    } finally {
      share.value = upload.value = null
    }
  }

  function stop(): void {
    const going = upload.value
    upload.value = null
    going?.stop()
  }

  async function apply(): Promise<void> {
    if (!found.value) return
    const after = await act.run(found.value)
    if (after) queries.setQueryData(['sheets', 'import', after.id], after)
  }

  return {
    found,
    share,
    name,
    problem: computed(() => failure.value ?? ask.problem.value ?? act.problem.value ?? (query.isError.value && id.value !== null ? asProblem(query.error.value) : null)),
    busy: computed(() => share.value !== null || ask.busy.value || act.busy.value || (id.value !== null && (!found.value || isRunning(found.value)) && !query.isError.value)),
    send,
    stop,
    show,
    apply,
  }
}
