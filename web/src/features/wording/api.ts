import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { done } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import type { Text } from '@/shared/api/problem'

export interface NoticeText {
  name: string
  label: Text
  who: string
  channels: string[]
  shipped: Text
  own: Text | null
  fields: string[]
  revision: number
}

export interface NoticeTexts {
  items: NoticeText[]
  longest: number
  one_sms: number
  each_part: number
}

export interface WordChange {
  id: string
  at: string
  by_name: string
  before: Partial<Text>
  after: Partial<Text>
}

export const useNoticeTexts = () => useQuery({ queryKey: ['notice-texts'], queryFn: ({ signal }) => http.get<NoticeTexts>('/notice-texts', signal) })

export const useWordChanges = (name: () => string) =>
  useQuery({
    queryKey: computed(() => ['notice-text-changes', name()]),
    queryFn: ({ signal }) => http.get<{ items: WordChange[] }>(`/notice-texts/${name()}/changes`, signal),
    enabled: () => name() !== '',
    staleTime: 0,
  })

export const wording = {
  save: (given: { name: string; zh: string; en: string; revision: number }): Promise<true> =>
    done(http.put(`/notice-texts/${given.name}`, { zh: given.zh, en: given.en, revision: given.revision })),
  reset: (given: { name: string; revision: number }, key: string): Promise<true> => done(http.post(`/notice-texts/${given.name}/reset`, { revision: given.revision }, key)),
}

/** What stands in the preview where a notice would have its own. */
const SAMPLES: Record<string, string> = { code: '123456', link: 'https://example.org/join#…', minutes: '5', count: '3', days: '7', asker: '王**' }

export const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => SAMPLES[name] ?? whole)

// Of plain Latin letters more fit: seven bits each (3GPP TS 23.038).
const LATIN = { one: 160, part: 153 }

/** How many SMS a text takes: 70 Chinese characters fit into one, 67 into each part of a longer one. */
export function smsParts(text: string, one: number, part: number): number {
  const said = filled(text)
  const fits = /^[\x20-\x7e]*$/.test(said) ? LATIN : { one, part }
  return said.length <= fits.one ? 1 : Math.ceil(said.length / fits.part)
}
