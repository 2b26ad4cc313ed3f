/** The texts of the patient's app in this language, by feature. */

import accessZh from '@/features/access/texts/zh.json'
import consultationZh from '@/features/consultation/texts/zh.json'
import dispatchZh from '@/features/dispatch/texts/zh.json'
import doctorsZh from '@/features/doctors/texts/zh.json'
import historyZh from '@/features/history/texts/zh.json'
import joinZh from '@/features/join/texts/zh.json'
import noticesZh from '@/features/notices/texts/zh.json'
import peopleZh from '@/features/people/texts/zh.json'
import prescriptionZh from '@/features/prescription/texts/zh.json'
import proofZh from '@/features/proof/texts/zh.json'
import searchZh from '@/features/search/texts/zh.json'
import triageZh from '@/features/triage/texts/zh.json'

import homeZh from './texts/zh.json'

export const texts = { home: homeZh, access: accessZh, notices: noticesZh, people: peopleZh, triage: triageZh, dispatch: dispatchZh, doctors: doctorsZh, consultation: consultationZh, prescription: prescriptionZh, proof: proofZh, history: historyZh, search: searchZh, join: joinZh }
