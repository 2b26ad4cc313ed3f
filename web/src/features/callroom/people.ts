/** Whom a call is with, as the one who reads it calls them. */
import type { Text } from '@/shared/api/problem'
import type { CallOut } from '@/shared/call/types'

const NOBODY: Text = { zh: '', en: '' }

export const nameOf = (call: Pick<CallOut, 'people'>, role: 'patient' | 'doctor'): Text => call.people.find((one) => one.role === role)?.name ?? NOBODY

/** The doctor asks out whom the doctor asked in, and a relative; the two of the visit stay. */
export const mayRemove = (role: string): boolean => role === 'specialist' || role === 'guest'
