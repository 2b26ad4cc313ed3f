/** Colleagues of the house by name, pinyin or department; those on duty first, as the server has them. */

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { http } from '../api/http'
import type { Text } from '../api/problem'
import { useSession } from '../api/session'
import { useSearchWords } from '../ui/useSearchWords'

export interface Colleague {
  id: string
  name: Text
  title: Text
  departments: { slug: string; name: Text }[]
  is_on_duty: boolean
}

/** `found` leaves oneself out. */
export function useColleagueSearch() {
  const { account } = useSession()
  const { words, asked } = useSearchWords()
  const query = useQuery({
    queryKey: computed(() => ['colleagues', asked.value]),
    queryFn: ({ signal }) => http.get<{ items: Colleague[] }>(`/doctors?q=${encodeURIComponent(asked.value)}&limit=20`, signal),
    staleTime: 10_000,
  })
  const found = computed(() => (query.data.value?.items ?? []).filter(({ name }) => ![name.zh, name.en].includes(account.value?.display_name ?? '')))
  return { words, query, found }
}
