import { beforeEach, describe, expect, it } from 'vitest'

import { dropDraft, keepDraft, readDraft } from './draft'

const picture = { id: 'p1', width: 10, height: 10, bytes: 5 }

describe('a complaint that is not sent yet', () => {
  beforeEach(() => localStorage.clear())

  it('survives a reload, with its pictures', () => {
    keepDraft('ann', { patient: 'x', complaint: '嗓子疼', pictures: [picture], doctor: 'd1' })
    expect(readDraft('ann')).toEqual({ patient: 'x', complaint: '嗓子疼', pictures: [picture], doctor: 'd1' })
  })
  it('keeps whom the patient asked for, before a word is written', () => {
    keepDraft('ann', { patient: '', complaint: '', pictures: [], doctor: 'd1' })
    expect(readDraft('ann').doctor).toBe('d1')
  })
  it('is not shown to another person at the same browser', () => {
    keepDraft('ann', { patient: '', complaint: '嗓子疼', pictures: [], doctor: '' })
    expect(readDraft('bob').complaint).toBe('')
  })
  it('is gone once sent', () => {
    keepDraft('ann', { patient: '', complaint: '嗓子疼', pictures: [], doctor: '' })
    dropDraft('ann')
    expect(readDraft('ann').complaint).toBe('')
  })
  it('is not kept when nothing was written', () => {
    keepDraft('ann', { patient: 'x', complaint: '', pictures: [], doctor: '' })
    expect(localStorage.length).toBe(0)
  })
  it.each(['null', '{', '7', '{"pictures":[null,{"id":3}]}'])('of unreadable kind (%s) counts as none', (kept) => {
    localStorage.setItem('xinglin.ask.ann', kept)
    expect(readDraft('ann')).toEqual({ patient: '', complaint: '', pictures: [], doctor: '' })
  })
})
