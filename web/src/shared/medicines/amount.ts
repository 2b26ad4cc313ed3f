/** A number of units, as it is said. */
import type { Text } from '../api/problem'
import { useLocale } from '../i18n'

const IRREGULAR: Record<string, string> = { patch: 'patches', suppository: 'suppositories' }
/** What is counted and not measured: UCUM writes it in braces; and drops. */
const isCounted = (code: string): boolean => code.startsWith('{') || code === '[drp]'

export function plural(value: string | number, code: string, name: string): string {
  return isCounted(code) && Number(value) !== 1 ? (IRREGULAR[name] ?? `${name}s`) : name
}

export function useAmount(): (value: string | number, code: string, text: Text | null | undefined) => string {
  const { locale } = useLocale()
  return (value, code, text) => `${value} ${locale.value === 'en' ? plural(value, code, text?.en ?? code) : (text?.zh ?? code)}`
}
