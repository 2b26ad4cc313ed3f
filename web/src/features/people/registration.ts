/** The form of a registration. What is typed outlives a reload, but for the identity number: this device never keeps one. */

import { ref, type Ref } from 'vue'

import { useKeptForm, type Kept } from '@/shared/offline/keptForm'

import type { NewPerson } from './api'

type WithoutNumber = Omit<NewPerson, 'id_number'>

export interface Registration extends Kept<WithoutNumber> {
  number: Ref<string>
  /** All of it, as the server reads it. */
  person: () => NewPerson
}

export function useRegistration(): Registration {
  const kept = useKeptForm<WithoutNumber>('register', { name: '', id_type: '01', relation: 'self', sensitive_data_consent: false, is_guardian: false })
  const number = ref('')
  return { ...kept, number, person: () => ({ ...kept.form, id_number: number.value.trim().toUpperCase() }) }
}
