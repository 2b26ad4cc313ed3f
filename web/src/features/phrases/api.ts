/** The door of phrases. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'

import { http } from '@/shared/api/http'
import { asProblem } from '@/shared/api/problem'
import { useSay } from '@/shared/i18n'
import { useEvents } from '@/shared/live/events'

import type { Kind, Phrase, Phrases, Wording } from './types'

const KEPT_MS = 5 * 60_000

/** Own ones and those of one's departments; or, with `department`, those of it, for whoever writes them. */
export function usePhrases(kind: MaybeRefOrGetter<Kind>, department: MaybeRefOrGetter<string | null> = null, enabled: MaybeRefOrGetter<boolean> = true) {
  const queries = useQueryClient()
  useEvents(['PhraseSaved'], () => void queries.invalidateQueries({ queryKey: ['phrases'] }))
  return useQuery({
    queryKey: computed(() => ['phrases', toValue(kind), toValue(department)]),
    queryFn: ({ signal }) => {
      const where = toValue(department)
      return http.get<Phrases>(`${where ? `/departments/${encodeURIComponent(where)}` : ''}/phrases?kind=${toValue(kind)}`, signal)
    },
    enabled: computed(() => toValue(enabled)),
    staleTime: KEPT_MS,
  })
}

/** Why a list has nothing to choose; `where` names its texts. */
export function useNone(query: ReturnType<typeof usePhrases>, where: 'phrases' | 'phrases.template'): ComputedRef<string> {
  const { t } = useI18n({ useScope: 'global' })
  const say = useSay()
  return computed(() => {
    if (query.isPending.value) return t('common.loading')
    if (!query.data.value) return say(asProblem(query.error.value).text)
    const isEmpty = query.data.value.items.length === 0
    if (where === 'phrases') return t(isEmpty ? 'phrases.none_yet' : 'phrases.none_fits')
    return t(isEmpty ? 'phrases.template.none_yet' : 'phrases.template.none_fits')
  })
}

export const addPhrase = (kind: Kind, department: string | null, wording: Wording, key: string): Promise<Phrase> => http.post('/phrases', { kind, department, ...wording }, key)
export const changePhrase = (id: string, wording: Wording, revision: number): Promise<Phrase> => http.put(`/phrases/${id}`, { ...wording, revision })
export const removePhrase = (id: string): Promise<null> => http.delete(`/phrases/${id}`)
export const restorePhrase = (id: string, key: string): Promise<Phrase> => http.post(`/phrases/${id}/restore`, {}, key)
export const orderPhrases = (kind: Kind, department: string | null, ids: readonly string[]): Promise<null> => http.put('/phrases/order', { kind, department, phrase_ids: ids })

/** What was used last comes first; that it was not noted is nobody's loss. */
export function useNoted(): (id: string) => void {
  const queries = useQueryClient()
  return (id) => {
    const used_at = new Date().toISOString()
    queries.setQueriesData<Phrases>({ queryKey: ['phrases'] }, (had) => had && { ...had, items: had.items.map((one) => (one.id === id ? { ...one, used_at } : one)) })
    void http.put(`/phrases/${id}/used`, {}).catch(() => undefined)
  }
}
