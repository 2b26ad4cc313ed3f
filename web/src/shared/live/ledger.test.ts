import { describe, expect, it } from 'vitest'

import { message } from './fakes'
import { Ledger } from './ledger'

const mine = { sender: 'patient' as const }
function filled(...rows: ReturnType<typeof message>[]): Ledger {
  const ledger = new Ledger()
  for (const row of rows) ledger.take(row)
  return ledger
}

describe('a ledger', () => {
  it('keeps messages in order whatever order they come in', () => {
    const ledger = filled(message(2), message(3), message(1))
    expect(ledger.inOrder().map((m) => m.seq)).toEqual([1, 2, 3])
    expect(ledger.complete).toBe(3)
  })

  it('takes each message once', () => {
    const ledger = new Ledger()
    expect(ledger.take(message(1))).toBe(true)
    expect(ledger.take(message(1))).toBe(false)
    expect(ledger.inOrder()).toHaveLength(1)
  })

  it('knows that something is missing, and when it is no longer', () => {
    const ledger = filled(message(1), message(3))
    expect([ledger.gap, ledger.complete]).toEqual([true, 1])
    ledger.take(message(2))
    expect([ledger.gap, ledger.complete]).toEqual([false, 3])
  })

  it('begins with the newest page, and grows upwards without taking it for a gap', () => {
    const ledger = new Ledger()
    ledger.begin([message(8), message(9)])
    expect([ledger.complete, ledger.gap, ledger.hasOlder, ledger.oldest]).toEqual([9, false, true, 8])
    ledger.prepend([message(6), message(7)])
    expect([ledger.complete, ledger.gap, ledger.hasOlder, ledger.oldest]).toEqual([9, false, true, 6])
    ledger.prepend([1, 2, 3, 4, 5].map((seq) => message(seq)))
    expect([ledger.gap, ledger.hasOlder]).toEqual([false, false])
    expect(ledger.inOrder().map((m) => m.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('counts a turn where the patient speaks after another', () => {
    const ledger = filled(message(1, mine), message(2, mine), message(3), message(4, mine), message(5, { ...mine, kind: 'edit', body: { of: 4, text: 'x' } }), message(6, mine))
    expect([0, 1, 3, 4].map((seq) => ledger.turnsAfter(seq))).toEqual([2, 1, 1, 0])
  })
})

describe('what is shown', () => {
  it('is the last edit, with what it said before', () => {
    const ledger = filled(message(1), message(2, { kind: 'edit', body: { of: 1, text: 'better' } }), message(3, { kind: 'edit', body: { of: 1, text: 'best' } }))
    const [one, ...others] = ledger.shown('patient')
    expect(others).toEqual([])
    expect(one?.body.text).toBe('best')
    expect(one?.earlier.map((e) => e.text)).toEqual(['word 1', 'better'])
  })

  it('is nothing of what was withdrawn, but its words for whoever wrote them', () => {
    const rows = [message(1), message(2, { kind: 'edit', body: { of: 1, text: 'better' } }), message(3, { kind: 'withdrawal', body: { of: 1 } })]
    for (const [me, words] of [['doctor', 'better'], ['patient', undefined]] as const) {
      const [one] = filled(...rows).shown(me)
      expect([one?.withdrawn, one?.body, one?.earlier, one?.takenBack]).toEqual([true, {}, [], words])
    }
  })

  it('is nothing of a row that the house has emptied', () => {
    const ledger = filled(message(1, { body: {}, withdrawn: true }), message(2, { kind: 'edit', body: {}, withdrawn: true }), message(3, { kind: 'withdrawal', body: { of: 1 } }))
    expect(ledger.shown('doctor')).toMatchObject([{ seq: 1, withdrawn: true, body: {} }])
  })
})
