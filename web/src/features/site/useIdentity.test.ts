import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

import { ApiProblem } from '@/shared/api/problem'
import { site } from '@/shared/site/api'
import type { IdentityOut } from '@/shared/site/types'

import { useRegistration, type Registration } from './registration'
import { useIdentity } from './useIdentity'

const CARD = { name: '王秀兰', id_number: '11010519491231002X' }
const refusal = (status: number): ApiProblem => new ApiProblem({ status, code: 'x', text: { zh: '', en: '' } })

let scope: EffectScope
beforeEach(() => (scope = effectScope()))
afterEach(() => {
  scope.stop()
  vi.restoreAllMocks()
})
const identity = (registration: Registration = useRegistration('zh', CARD)): ReturnType<typeof useIdentity> => scope.run(() => useIdentity(registration)) as ReturnType<typeof useIdentity>

it('keeps nobody from going on when the house does not look: it has been asked too often, or is away', async () => {
  for (const status of [0, 429, 503]) {
    vi.spyOn(site, 'identity').mockRejectedValue(refusal(status))
    const { problem, ask } = identity()
    await ask()
    expect(problem.value, String(status)).toBeNull()
  }
})

it('says what is wrong with the name of a number', async () => {
  vi.spyOn(site, 'identity').mockRejectedValue(refusal(422))
  const { problem, ask } = identity()
  await ask()
  expect(problem.value?.status).toBe(422)
})

it('knows a person again whose number was touched and put back', async () => {
  vi.spyOn(site, 'identity').mockResolvedValue({ known: true, family: [] } as unknown as IdentityOut)
  const registration = useRegistration('zh', CARD)
  const { ask } = identity(registration)
  await ask()
  expect(registration.known.value).not.toBeNull()
  registration.draft.id_number = CARD.id_number.slice(0, 17)
  await vi.waitFor(() => expect(registration.known.value).toBeNull())
  registration.draft.id_number = CARD.id_number
  await ask()
  expect(registration.known.value).not.toBeNull()
})
