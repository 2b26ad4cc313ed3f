/** The texts of sites come with their pages: a doctor's desk never loads them. */
import { useWords } from '@/shared/i18n/words'

import en from './texts/en.json'
import zh from './texts/zh.json'

const TEXTS = { zh: { sites: zh }, en: { sites: en } }

export const useSiteWords = () => useWords(TEXTS)
