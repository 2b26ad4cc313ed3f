import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { ApiProblem, offline } from '@/shared/api/problem'
import { site } from '@/shared/site/api'
import type { InboxReading, Limit, ReadingOut } from '@/shared/site/types'

import { useObserved, type Faults } from './observed'
import { useRegistration } from './registration'

const WORDS = { zh: '请再测一次', en: 'Measure again' }
const LIMIT = { kind: 'spo2', part: 'value', name: WORDS, unit: '%', units: [{ unit: '%', factor: 1, offset: 0 }], decimals: 0, impossible: [20, 100], unlikely: [85, 100], contexts: [], source: '' } as unknown as Limit
const sent = (id: string, value: number): InboxReading => ({ id, kind: 'spo2', values: { value }, unit: '%', context: '' }) as unknown as InboxReading

function counter(limits: Limit[] = [LIMIT]) {
  const faults = ref<Faults>({})
  const { draft } = useRegistration('zh')
  return { draft, faults, ...useObserved(draft, faults, { limits: () => limits, say: ({ zh }) => zh, doubtText: ({ what }) => what }) }
}
const asked = (): unknown[][] => vi.mocked(site.takeReading).mock.calls

describe('what an instrument sent', () => {
  beforeEach(() => void vi.spyOn(site, 'takeReading').mockResolvedValue({} as ReadingOut))
  afterEach(() => void vi.restoreAllMocks())

  it('is taken as it is when it is likely, once', async () => {
    const { draft, faults, take, bring, waiting } = counter()
    take(sent('r', 97))
    expect(faults.value).toEqual({})
    expect(await bring()).toBe(true)
    expect(await bring()).toBe(true)
    expect(asked()).toEqual([[draft.id, 'r', false, '']])
    expect(waiting.value).toEqual([])
  })

  it('is doubted at once when it is rare, and taken when it was measured again', async () => {
    const { draft, faults, take, confirm, isBelieved, bring } = counter()
    take(sent('r', 78))
    expect(faults.value.spo2?.()).toBe('unlikely')
    const [one] = draft.taken
    expect(one).toMatchObject({ doubted: true })
    if (one) confirm(one)
    expect(faults.value).toEqual({})
    expect(draft.taken.every(isBelieved)).toBe(true)
    expect(await bring()).toBe(true)
    expect(asked()).toEqual([[draft.id, 'r', true, '']])
  })

  it('says at its field why the house did not take it, and may be tried again', async () => {
    const { draft, faults, take, bring, waiting } = counter([])
    take(sent('r', 78))
    vi.mocked(site.takeReading).mockRejectedValueOnce(new ApiProblem({ status: 409, code: 'unlikely_value', text: WORDS }))
    expect(await bring()).toBe(false)
    expect(faults.value.spo2?.()).toBe(WORDS.zh)
    expect(draft.taken).toMatchObject([{ doubted: true }])
    vi.mocked(site.takeReading).mockRejectedValueOnce(offline())
    expect(await bring()).toBe(false)
    expect(waiting.value).toHaveLength(1)
    expect(await bring()).toBe(true)
  })

  it('that is another\'s takes its doubt with it', () => {
    const { draft, faults, take, giveBack } = counter()
    take(sent('r', 78))
    draft.taken.forEach(giveBack)
    expect(draft.taken).toEqual([])
    expect(faults.value).toEqual({})
  })
})
