import { beforeEach, describe, expect, it, vi } from 'vitest'

import { GuestLine } from './guestline'

const VISIT = '0193f2c2-0000-7000-8000-000000000001'

class Wire {
  sent: Record<string, unknown>[] = []
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as Record<string, unknown>)
  }
  close(): void {
    this.onclose?.({ code: 1000 })
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

function message(seq: number, text: string, client_id = `c${seq}`) {
  return { op: 'message', message: { consultation_id: VISIT, seq, client_id, sender: 'patient', sender_id: '', kind: 'text', body: { text }, at: '2026-11-28T05:00:00Z' } }
}

describe('a guest’s line', () => {
  let wires: Wire[]
  let line: GuestLine
  beforeEach(() => {
    vi.useFakeTimers()
    sessionStorage.clear()
    wires = []
    line = new GuestLine(VISIT, 'g', 7, () => {
      const wire = new Wire()
      wires.push(wire)
      return wire as unknown as WebSocket
    })
    line.start()
  })

  it('asks for what comes after what it may not see', () => {
    wires[0]?.say({ op: 'hello', user: 'u', position: 0 })
    expect(wires[0]?.sent[0]).toEqual({ op: 'join', consultation: VISIT, since: 7 })
    wires[0]?.say(message(7, 'hidden'))
    wires[0]?.say(message(8, 'shown'))
    expect(line.messages.value.map((each) => each.body.text)).toEqual(['shown'])
  })

  it('sends again what nobody has acknowledged, under the same id', () => {
    wires[0]?.say({ op: 'hello', user: 'u', position: 0 })
    line.send('妈妈夜里也咳')
    const first = wires[0]?.sent.at(-1)
    wires[0]?.onclose?.({ code: 1006 })
    expect(line.state.value).toBe('offline')
    vi.advanceTimersByTime(1000)
    wires[1]?.say({ op: 'hello', user: 'u', position: 0 })
    expect(wires[1]?.sent.at(-1)).toEqual(first)
    wires[1]?.say({ op: 'ack', consultation: VISIT, client_id: first?.['client_id'], seq: 8, at: '' })
    expect(line.pending.value).toEqual([])
  })

  it('keeps what was written over a reload', () => {
    line.send('在路上')
    const again = new GuestLine(VISIT, 'g', 7, () => new Wire() as unknown as WebSocket)
    expect(again.pending.value.map((each) => each.text)).toEqual(['在路上'])
  })

  it('comes back no more when the invitation is over', () => {
    wires[0]?.onclose?.({ code: 4401 })
    expect(line.state.value).toBe('over')
    vi.advanceTimersByTime(60_000)
    expect(wires).toHaveLength(1)
  })
})
