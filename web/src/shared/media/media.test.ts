import { describe, expect, it } from 'vitest'

import { faultFrom } from './faults'
import { kindFor } from './kinds'

describe('a device that gives nothing', () => {
  it.each([
    ['NotAllowedError', 'refused'],
    ['SecurityError', 'refused'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
    ['TypeError', 'unable'],
  ])('says why: %s', (name, fault) => expect(faultFrom(new DOMException('', name))).toBe(fault))
  it('is one that cannot, where it does not say why', () => expect(faultFrom('what')).toBe('unable'))
})

describe('what is recorded', () => {
  const all = (): boolean => true
  const onlyMp4 = (kind: string): boolean => /^(audio|video)\/mp4$/.test(kind)

  it('is what plays everywhere, where it is played as it is', () => {
    expect(kindFor('note', all)).toBe('audio/mp4;codecs=mp4a.40.2')
    expect(kindFor('note', (kind) => kind.includes('webm'))).toBe('audio/webm;codecs=opus')
    expect(kindFor('note', onlyMp4)).toBe('audio/mp4')
  })
  it('is WebM for the house, where the browser can', () => {
    expect(['sound', 'film'].map((made) => kindFor(made as 'sound' | 'film', all))).toEqual(['audio/webm;codecs=opus', 'video/webm;codecs=vp8,opus'])
    expect(['sound', 'film'].map((made) => kindFor(made as 'sound' | 'film', onlyMp4))).toEqual(['audio/mp4', 'video/mp4'])
  })
  it('is left to the browser that knows none of them', () => expect(kindFor('note', () => false)).toBe(''))
})
