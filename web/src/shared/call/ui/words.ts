import { useWords } from '../../i18n/words'
import en from './texts/en.json'
import zh from './texts/zh.json'

export const useStageWords = () => useWords({ zh, en })
