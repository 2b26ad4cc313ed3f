import { afterEach, expect, it, vi } from 'vitest'

import { RX_EVENTS, type RxRow } from '@/shared/api/prescriptions'

import { everyOfVisit, movesTicket } from './api'

afterEach(() => vi.unstubAllGlobals())

const rows = (count: number, from: number): Pick<RxRow, 'id'>[] => Array.from({ length: count }, (_, at) => ({ id: String(from + at) }))

it('none of a visit is missed, however many there are', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(new URL(address, 'http://house').search)
    const page = asked.length === 1 ? { items: rows(50, 0), next: '49' } : { items: rows(3, 50), next: null }
    return Promise.resolve(new Response(JSON.stringify(page), { headers: { 'Content-Type': 'application/json' } }))
  })
  const found = await everyOfVisit('visit-1')
  expect(found.map((one) => one.id)).toEqual(rows(53, 0).map((one) => one.id))
  expect(asked).toEqual(['?consultation_id=visit-1&limit=50', '?consultation_id=visit-1&limit=50&after=49'])
})

it('a ticket that is shown is not opened again for what leaves it as it is', () => {
  const moved = RX_EVENTS.filter((kind) => movesTicket({ position: 1, kind, data: {} }))
  expect(RX_EVENTS.filter((kind) => !moved.includes(kind))).toEqual(['PrescriptionPassedOn', 'PrescriptionDocumentMade'])
  expect(movesTicket(null)).toBe(true)
})
