/** The words of the parts that the patient's own app brings along, and the screen borrows. */

import consultationEn from '@/features/consultation/texts/en.json'
import consultationZh from '@/features/consultation/texts/zh.json'
import dispatchEn from '@/features/dispatch/texts/en.json'
import dispatchZh from '@/features/dispatch/texts/zh.json'
import triageEn from '@/features/triage/texts/en.json'
import triageZh from '@/features/triage/texts/zh.json'
import { useWords } from '@/shared/i18n/words'

const texts = {
  zh: { consultation: consultationZh, dispatch: dispatchZh, triage: triageZh },
  en: { consultation: consultationEn, dispatch: dispatchEn, triage: triageEn },
}
export const usePatientWords = () => useWords(texts)
