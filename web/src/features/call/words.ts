import { useWords } from '@/shared/i18n/words'

import en from './texts/en.json'
import zh from './texts/zh.json'

const texts = { zh: { call: zh }, en: { call: en } }
export const useCallWords = () => useWords(texts)
