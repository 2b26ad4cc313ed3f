/** A referral as it is read: where to, and its letter. */

import { API } from '@/shared/api/http'

export const placeOf = (to: { hospital: string; department: string }): string => [to.hospital, to.department].filter(Boolean).join(' · ')

/** `pdf` to print, `json` the FHIR document. */
export const letterOf = (visit: string, form: 'pdf' | 'json', locale: string): string => `${API}/consultations/${visit}/referral/letter.${form}?lang=${locale}`
