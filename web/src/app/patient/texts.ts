/** All texts of the patient's app, by feature. */

import accessEn from '@/features/access/texts/en.json'
import accessZh from '@/features/access/texts/zh.json'
import consultationEn from '@/features/consultation/texts/en.json'
import consultationZh from '@/features/consultation/texts/zh.json'
import dispatchEn from '@/features/dispatch/texts/en.json'
import dispatchZh from '@/features/dispatch/texts/zh.json'
import peopleEn from '@/features/people/texts/en.json'
import peopleZh from '@/features/people/texts/zh.json'
import triageEn from '@/features/triage/texts/en.json'
import triageZh from '@/features/triage/texts/zh.json'

import homeEn from './texts/en.json'
import homeZh from './texts/zh.json'

export const texts = {
  zh: { home: homeZh, access: accessZh, people: peopleZh, triage: triageZh, dispatch: dispatchZh, consultation: consultationZh },
  en: { home: homeEn, access: accessEn, people: peopleEn, triage: triageEn, dispatch: dispatchEn, consultation: consultationEn },
}
