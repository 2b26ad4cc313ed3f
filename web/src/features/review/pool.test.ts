import { describe, expect, it } from 'vitest'

import type { PoolRow } from './api'
import { concerns, inOrder, isHeld, nextWaiting, secondsTo, standing, turn } from './pool'

const NOW = Date.parse('2027-03-01T08:00:00Z')
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString()

function row(id: string, told: Partial<PoolRow> = {}): PoolRow {
  const text = { zh: '文', en: 'text' }
  const plain = { state: 'signed_by_doctor', state_text: text, sheet_text: text, version: 1, signed_at: at(-5), effective_at: null, expires_at: at(900), valid_days: 1, doctor: { name: text, title: text, synthetic: true }, medicines: [text] }
  return { id, ...plain, review_due_at: at(25), is_overdue: false, is_out_of_date: false, is_mine: false, claimed_until: null, may_claim: true, reviews_needed: 1, reviews_made: 0, ...told }
}

describe('the pool', () => {
  it('has the nearest deadline first, and of two the older', () => {
    const rows = [row('c'), row('a', { review_due_at: at(29) }), row('b'), row('late', { review_due_at: at(-3) }), row('none', { review_due_at: null })]
    expect(inOrder(rows).map((one) => one.id)).toEqual(['late', 'b', 'c', 'a', 'none'])
  })

  it('says of each where it stands', () => {
    expect(standing(row('a'), NOW)).toBe('waiting')
    expect(standing(row('a', { review_due_at: at(9) }), NOW)).toBe('soon')
    expect(standing(row('a', { review_due_at: at(0) }), NOW)).toBe('overdue')
    expect(standing(row('a', { state: 'escalated', review_due_at: at(5) }), NOW)).toBe('overdue')
    expect(standing(row('a', { state: 'claimed', is_mine: true }), NOW)).toBe('mine')
    expect(standing(row('a', { state: 'claimed' }), NOW)).toBe('held')
    expect(standing(row('a', { state: 'voided', review_due_at: at(-5) }), NOW)).toBe('over')
  })

  it('holds a claim for whoever made it, and no longer than it runs', () => {
    const mine = row('a', { state: 'claimed', is_mine: true, claimed_until: at(1) })
    expect(isHeld(mine, NOW)).toBe(true)
    expect(isHeld(mine, NOW + 60_000)).toBe(false)
    expect(isHeld({ ...mine, is_mine: false }, NOW)).toBe(false)
    expect(isHeld({ ...mine, state: 'signed_by_doctor' }, NOW)).toBe(false)
    expect(isHeld({ ...mine, claimed_until: null }, NOW)).toBe(false)
  })

  it('leads on to the next that waits, round the end, and never to the one that is open', () => {
    const rows = [row('a'), row('b', { state: 'claimed' }), row('c')]
    expect(nextWaiting(rows, 'a')?.id).toBe('c')
    expect(nextWaiting(rows, 'c')?.id).toBe('a')
    expect(nextWaiting(rows, 'gone')?.id).toBe('a')
    expect(nextWaiting([row('a')], 'a')).toBeUndefined()
  })

  it('leads to nothing that whoever looks may not claim, as the first of two may not the second', () => {
    expect(nextWaiting([row('a', { may_claim: false }), row('b')], 'c')?.id).toBe('b')
    expect(nextWaiting([row('a', { may_claim: false })], 'c')).toBeUndefined()
  })

  it('says which of two reviews it waits for', () => {
    expect(turn(row('a'))).toBe('')
    expect(turn(row('a', { reviews_needed: 2 }))).toBe('first')
    expect(turn(row('a', { reviews_needed: 2, reviews_made: 1 }))).toBe('second')
  })

  it('has the open one read anew for what is told of it, and for whatever a resync has missed', () => {
    const told = (id: string) => ({ position: 1, kind: 'PrescriptionVoided', data: { prescription_id: id } })
    expect([concerns(told('a'), 'a'), concerns(told('b'), 'a'), concerns(null, 'a')]).toEqual([true, false, true])
  })

  it('counts seconds on both sides of a moment', () => {
    expect(secondsTo(at(1), NOW)).toBe(60)
    expect(secondsTo(at(-1), NOW)).toBe(-60)
    expect(secondsTo(null, NOW)).toBeNull()
  })
})
