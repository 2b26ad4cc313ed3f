import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { forgetTime, hearTime } from '@/shared/live/houseclock'

import { useReadings } from './readings'
import { emptyEntry, type Entry } from './vitals'

const pulse = (value: string): Entry => ({ ...emptyEntry('heart_rate'), texts: { value } })

describe('a reading', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:00:00Z') })
    forgetTime()
    hearTime('2026-01-02T03:00:00Z')
  })
  afterEach(() => void vi.useRealTimers())

  it('is the same one, of the same time, when its answer was lost', () => {
    const { of } = useReadings()
    const first = of('w', 'heart_rate', pulse('96'))
    vi.setSystemTime(new Date('2026-01-02T03:05:00Z'))
    expect(of('w', 'heart_rate', pulse('96'))).toEqual(first)
  })

  it('is another one once the house has it, with other numbers, and of another patient', () => {
    const { of, forget } = useReadings()
    const idOf = (walkIn: string, value: string) => (of(walkIn, 'heart_rate', pulse(value)) as { id: string }).id
    const ids = [idOf('w', '96'), idOf('w', '97'), idOf('v', '97')]
    forget('heart_rate')
    expect(new Set([...ids, idOf('v', '97')]).size).toBe(4)
  })

  it('is of the time of the house, whatever the device says', () => {
    forgetTime()
    hearTime('2026-01-02T01:00:00Z')
    expect(useReadings().of('w', 'heart_rate', pulse('96'))).toMatchObject({ measured_at: '2026-01-02T01:00:00.000Z' })
  })
})
