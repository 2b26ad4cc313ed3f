import { describe, expect, it } from 'vitest'

import { recordingShown } from './recording'

const agreed = { state: 'on', patient: 'yes' } as const
const quiet = { recording: 'off', recordingAlarm: null } as const

describe('what the doctor reads of the recording', () => {
  it('is that it runs only when this page really records', () => {
    expect(recordingShown(agreed, { recording: 'on', recordingAlarm: null }, 0)).toBe('on')
    expect(recordingShown(agreed, quiet, 500)).toBe('starting')
  })

  it('is an alarm within three seconds of its not running, whoever is to blame', () => {
    expect(recordingShown(agreed, quiet, 2_999)).toBe('lost')
    expect(recordingShown(agreed, null, 2_999)).toBe('lost')
  })

  it('is an alarm at once when the recorder itself says so', () => {
    expect(recordingShown(agreed, { recording: 'on', recordingAlarm: 'lost' }, 0)).toBe('lost')
    expect(recordingShown(agreed, { recording: 'lost', recordingAlarm: null }, 0)).toBe('lost')
  })

  it('never alarms about what was not agreed on', () => {
    expect(recordingShown({ state: 'asked', patient: 'unasked' }, quiet, 60_000)).toBe('asked')
    expect(recordingShown({ state: 'refused', patient: 'no' }, quiet, 60_000)).toBe('refused')
    expect(recordingShown({ state: 'off', patient: 'unasked' }, quiet, 60_000)).toBe('off')
  })

  it('tells a consent taken back from one never asked for', () => {
    expect(recordingShown({ state: 'off', patient: 'no' }, quiet, 0)).toBe('taken_back')
  })
})
