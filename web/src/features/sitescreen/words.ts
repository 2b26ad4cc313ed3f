import { useWords } from '@/shared/i18n/words'

import en from './texts/en.json'
import zh from './texts/zh.json'

const texts = { zh: { sitescreen: zh }, en: { sitescreen: en } }
export const useScreenWords = () => useWords(texts)
