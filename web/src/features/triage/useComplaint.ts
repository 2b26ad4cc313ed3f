/** The form of a complaint: kept on this device with every change, gone once the server has it. */

import { ref, watch, type Ref } from 'vue'

import { useUploads, type Uploads } from '@/shared/pictures/useUploads'

import { dropDraft, keepDraft, readDraft } from './draft'

export const SHORTEST = 5
export const LONGEST = 2000
export const MOST_PICTURES = 9

export interface ComplaintForm {
  patient: Ref<string>
  complaint: Ref<string>
  /** Who shall have the visit; empty: any doctor. */
  doctor: Ref<string>
  uploads: Uploads
  /** The server has it: nothing is left to keep. */
  sent: () => void
}

export function useComplaint(owner: string): ComplaintForm {
  const draft = readDraft(owner)
  const patient = ref(draft.patient)
  const complaint = ref(draft.complaint)
  const doctor = ref(draft.doctor)
  const uploads = useUploads(MOST_PICTURES, { kept: { owner, place: 'complaint' } })
  uploads.restore(draft.pictures)

  const stop = watch([patient, complaint, doctor, uploads.ready], () =>
    keepDraft(owner, { patient: patient.value, complaint: complaint.value, doctor: doctor.value, pictures: uploads.ready.value }),
  )

  return {
    patient,
    complaint,
    doctor,
    uploads,
    sent() {
      stop()
      dropDraft(owner)
      for (const { key, picture } of [...uploads.held.value]) if (!picture) uploads.remove(key)
    },
  }
}
