import { describe, expect, it } from 'vitest'

import { byOldestWaiting, waitingSince, type Spoken } from './waiting'

const said = (sender: Spoken['sender'], minute: number): Spoken => ({
  sender,
  at: `2026-11-22T04:0${String(minute)}:00Z`,
})

describe('how long the patient waits', () => {
  it('counts from the first unanswered message, not from the last one', () => {
    const thread = [said('doctor', 0), said('patient', 1), said('patient', 3)]
    expect(waitingSince(thread, null)).toBe('2026-11-22T04:01:00Z')
  })

  it('is over when the doctor spoke last, whatever cards followed', () => {
    expect(waitingSince([said('patient', 1), said('doctor', 2), said('system', 3)], null)).toBeNull()
  })

  it('does not blame this doctor for the time in the queue', () => {
    const thread = [said('patient', 0), said('system', 5)]
    expect(waitingSince(thread, '2026-11-22T04:05:00Z')).toBe('2026-11-22T04:05:00Z')
  })

  it('puts who waits longest on top', () => {
    const visits = [
      { id: 'quiet', since: null },
      { id: 'short', since: '2026-11-22T04:03:00Z' },
      { id: 'long', since: '2026-11-22T04:01:00Z' },
    ]
    expect(byOldestWaiting(visits).map((visit) => visit.id)).toEqual(['long', 'short', 'quiet'])
  })
})
