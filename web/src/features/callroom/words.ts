/** The texts of calls come with what says them: a desk without a call never loads them. */
import { useWords } from '@/shared/i18n/words'

import en from './texts/en.json'
import zh from './texts/zh.json'

const TEXTS = { zh: { callroom: zh }, en: { callroom: en } }

export const useCallWords = () => useWords(TEXTS)
