import type { DepartmentOnDuty, Language } from '@/shared/api/contract'

export type Spoken = DepartmentOnDuty['languages'][number]

/** What may be asked for in a department. What was chosen stays, with nobody, so that the wish is not lost unseen. */
export function offered(department: Pick<DepartmentOnDuty, 'languages'> | undefined, chosen: Language | undefined): Spoken[] {
  const found = department?.languages ?? []
  if (!chosen || found.some((one) => one.code === chosen.code)) return found
  return [...found, { ...chosen, doctors: 0 }]
}

/** How many could take it: of the language, when one is asked for. */
export function doctorsFor(department: DepartmentOnDuty | undefined, chosen: Language | undefined): number | undefined {
  if (!department || !chosen) return department?.doctors_on_duty
  return department.languages.find((one) => one.code === chosen.code)?.doctors ?? 0
}
