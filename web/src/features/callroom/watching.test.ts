import { describe, expect, it } from 'vitest'

import type { Observable } from './types'
import { alarmsFirst, isAlarm } from './watching'

const call = (id: string, told: Partial<Observable>): Observable => ({
  id, department: { zh: '内科', en: 'Medicine' }, doctor: { zh: '李', en: 'Li' }, channel: 'video', since: '2026-11-20T08:00:00Z', verdict: 'good', recording: 'off', people: 2, ...told,
})

describe('the list of open calls', () => {
  it('has a broken recording first, then a dead line, then a poor one, then the longest', () => {
    const calls = [
      call('good, late', { since: '2026-11-20T08:05:00Z' }),
      call('poor', { verdict: 'poor' }),
      call('fair, early', { verdict: 'fair' }),
      call('down', { verdict: 'down' }),
      call('lost', { recording: 'lost' }),
    ]
    expect(alarmsFirst(calls).map((one) => one.id)).toEqual(['lost', 'down', 'poor', 'fair, early', 'good, late'])
  })

  it('marks only what is being lost', () => {
    expect([call('', { recording: 'lost' }), call('', { verdict: 'down' }), call('', { verdict: 'poor' }), call('', { recording: 'refused' })].map(isAlarm)).toEqual([true, true, false, false])
  })
})
