import type { Text } from '../api/problem'
import { useLocale, useSay } from '.'

/** Name and title as each language joins them: 李梅 主任医师; Li Mei, chief physician. */
export function usePerson(): (person: { name: Text; title?: Text | null | undefined }) => string {
  const say = useSay()
  const { locale } = useLocale()
  return ({ name, title }) => [say(name), say(title)].filter(Boolean).join(locale.value === 'en' ? ', ' : ' ')
}
