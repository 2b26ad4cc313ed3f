import { describe, expect, it } from 'vitest'

import { deadlineOf, leftOf } from './deadline'

const T0 = Date.parse('2026-01-05T08:00:00Z')
const at = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString()
const visit = { accepted_at: at(0), due_at: at(5), due_step: 'no_reply', closes_at: at(24 * 60), last_seq: 1, in_call_since: null }
const said = (sender: 'patient' | 'doctor', minutes: number) => ({ sender, at: at(minutes), seq: minutes < 0 ? 1 : 2 })

describe('what runs out next in a visit', () => {
  it('is what the server has told, until somebody speaks', () => {
    expect(deadlineOf(visit, [said('patient', -1)])).toEqual({ at: T0 + 300_000, step: 'no_reply' })
    expect(deadlineOf({ ...visit, due_at: null, due_step: '' }, [])).toBeNull()
    expect(deadlineOf({ ...visit, due_step: 'give_up' }, [])).toBeNull()
  })

  it('is five minutes from what the patient wrote, and half an hour from what the doctor did', () => {
    expect(deadlineOf(visit, [said('patient', 3)])).toEqual({ at: T0 + 8 * 60_000, step: 'no_reply' })
    expect(deadlineOf(visit, [said('patient', 3), said('doctor', 4)])).toEqual({ at: T0 + 34 * 60_000, step: 'patient_absent' })
  })

  it('is the end of the visit when that comes first', () => {
    expect(deadlineOf({ ...visit, closes_at: at(6) }, [said('patient', 3)])).toEqual({ at: T0 + 6 * 60_000, step: 'time_over' })
  })

  it('is nothing while the two are in a call', () => {
    expect(deadlineOf({ ...visit, in_call_since: at(1) }, [said('patient', 3)])).toBeNull()
  })

  it('counts seconds at the end, and hurts in the last minute of an answer', () => {
    expect(leftOf({ at: T0 + 65_000, step: 'no_reply' }, T0)).toEqual({ ms: 65_000, clock: '1:05', hurts: false })
    expect(leftOf({ at: T0 + 59_000, step: 'no_reply' }, T0)).toMatchObject({ clock: '0:59', hurts: true })
    expect(leftOf({ at: T0 + 59_000, step: 'patient_absent' }, T0).hurts).toBe(false)
    expect(leftOf({ at: T0 + 3_600_000, step: 'time_over' }, T0).clock).toBeNull()
    expect(leftOf({ at: T0 - 1, step: 'no_reply' }, T0).ms).toBe(0)
  })
})
