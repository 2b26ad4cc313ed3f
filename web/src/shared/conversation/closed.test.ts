import { describe, expect, it } from 'vitest'

import type { Shown } from '../live/ledger'
import { closedBy } from './closed'

const by = (sender: string, kind = 'text'): Shown => ({ sender, kind, seq: 1, body: {}, earlier: [] }) as unknown as Shown
const left = (turns: number | null, seconds: number) => ({ turns, seconds, isLow: true })

describe('the door of the composer', () => {
  it('is open while there are turns and time, or nobody counts', () => {
    expect(closedBy(left(1, 60), [])).toBeNull()
    expect(closedBy(left(null, 60), [by('doctor')])).toBeNull()
    expect(closedBy(null, [])).toBeNull()
  })
  it('closes when the time is over', () => expect(closedBy(left(5, 0), [])).toBe('no_time'))
  it('closes after the last turn was answered, not in the middle of it', () => {
    expect(closedBy(left(0, 60), [by('patient'), by('doctor')])).toBe('no_turns')
    expect(closedBy(left(0, 60), [by('doctor'), by('patient')])).toBeNull()
    expect(closedBy(left(0, 60), [by('doctor'), by('patient'), by('system', 'card')])).toBeNull()
  })
  it('stays open when an assistant has written, who is no reply of the doctor', () => {
    const assistant = { ...by('doctor'), body: { text: '好', by: { assistant: 'a', name: '周敏' } } }
    expect(closedBy(left(0, 60), [by('patient'), assistant])).toBeNull()
  })
})
