/** The texts of what a site told come with what shows it. */
import { useWords } from '../../i18n/words'

import en from './texts/en.json'
import zh from './texts/zh.json'

const TEXTS = { zh, en }

export const useToldWords = () => useWords(TEXTS)
