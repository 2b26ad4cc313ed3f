/** The texts of the patient's app in this language, by feature. */

import accessEn from '@/features/access/texts/en.json'
import consultationEn from '@/features/consultation/texts/en.json'
import dispatchEn from '@/features/dispatch/texts/en.json'
import doctorsEn from '@/features/doctors/texts/en.json'
import historyEn from '@/features/history/texts/en.json'
import joinEn from '@/features/join/texts/en.json'
import noticesEn from '@/features/notices/texts/en.json'
import peopleEn from '@/features/people/texts/en.json'
import prescriptionEn from '@/features/prescription/texts/en.json'
import proofEn from '@/features/proof/texts/en.json'
import searchEn from '@/features/search/texts/en.json'
import triageEn from '@/features/triage/texts/en.json'

import homeEn from './texts/en.json'

export const texts = { home: homeEn, access: accessEn, notices: noticesEn, people: peopleEn, triage: triageEn, dispatch: dispatchEn, doctors: doctorsEn, consultation: consultationEn, prescription: prescriptionEn, proof: proofEn, history: historyEn, search: searchEn, join: joinEn }
