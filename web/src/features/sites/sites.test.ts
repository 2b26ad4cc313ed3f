import { describe, expect, it } from 'vitest'

import { copied, faults, hoursOf, nextSpan, openMinutes, weekOf } from './hours'
import { neighbour, project, scheme, type Spot } from './map'
import { found, freshness, sorted, turned } from './rows'
import type { SiteFigures } from './types'

const SIZE = { width: 600, height: 400 }
const spot = (id: string, longitude: number | null, latitude: number | null, division = '520123100'): Spot => ({ id, longitude, latitude, division })

describe('the schematic map', () => {
  it('keeps north above south and east right of west, inside its margin', () => {
    const [north, south, east] = project([spot('n', 106.5, 27), spot('s', 106.5, 26), spot('e', 107.5, 26.5)], SIZE, 30)
    expect(north?.y).toBeLessThan(south?.y ?? 0)
    expect(east?.x).toBeGreaterThan(north?.x ?? SIZE.width)
    for (const dot of [north, south, east]) expect(dot?.y).toBeGreaterThanOrEqual(29.9)
  })

  it('puts a lone site into the middle and leaves out whoever has no place', () => {
    const dots = project([spot('a', 106.5, 26.5), spot('b', null, 26)], SIZE, 30)
    expect(dots.map(({ id, x, y }) => ({ id, x, y }))).toEqual([{ id: 'a', x: 300, y: 200 }])
  })

  it('draws two hundred sites of a few towns so that none hides another, each county by itself', () => {
    const many = Array.from({ length: 200 }, (_, n) => spot(String(n), 106 + (n % 5) * 0.1, 26 + (n % 4) * 0.05, `5201${20 + (n % 4)}`))
    const { dots, counties, scale } = scheme(many, SIZE, 18)
    let nearest = Infinity
    for (const one of dots) for (const other of dots) if (one !== other) nearest = Math.min(nearest, Math.hypot(one.x - other.x, one.y - other.y))
    expect(nearest).toBeGreaterThan(18 * scale * 0.8)
    expect(dots.every((dot) => dot.x > 0 && dot.x < 600 && dot.y > 0 && dot.y < 400)).toBe(true)
    expect(counties.map((one) => one.code)).toEqual(['520120', '520121', '520122', '520123'])
    for (const dot of dots) for (const county of counties) expect(Math.hypot(dot.x - county.x, dot.y - county.y) < county.r).toBe(dot.county === county.code)
  })

  it('keeps counties as they lie to each other', () => {
    const { counties } = scheme([spot('a', 104, 25, '522301'), spot('b', 109, 26, '522631'), spot('c', 106, 28, '520330')], SIZE, 18)
    const [north, west, east] = counties
    expect([north?.code, west?.code, east?.code]).toEqual(['520330', '522301', '522631'])
    expect((west?.x ?? 0) < (north?.x ?? 0) && (north?.x ?? 0) < (east?.x ?? 0) && (north?.y ?? 0) < (west?.y ?? 0)).toBe(true)
  })

  it('has nothing to draw of no site', () => {
    expect(scheme([spot('a', null, null)], SIZE, 18)).toEqual({ dots: [], counties: [], scale: 1 })
  })

  it('is walked by arrows to the next dot that way', () => {
    const dots = project([spot('w', 106, 26.5), spot('m', 106.5, 26.5), spot('e', 107, 26.6)], SIZE, 30)
    const [west, middle] = dots
    expect(west && neighbour(dots, west, 'ArrowRight')?.id).toBe('m')
    expect(middle && neighbour(dots, middle, 'ArrowRight')?.id).toBe('e')
    expect(west && neighbour(dots, west, 'ArrowLeft')).toBeUndefined()
    expect(west && neighbour(dots, west, 'Enter')).toBeUndefined()
  })
})

const site = (id: string, more: Partial<SiteFigures> = {}): SiteFigures => ({
  id, code: id, name: { zh: id, en: id }, kind: 'drugstore', longitude: null, latitude: null, division: '520123100', state: 'open', heard_at: null, silent_since: null, uptime: 1, pending: 0,
  devices: [], registered: 0, waiting: 0, in_visit: 0, ended: 0, left: 0, emergency: 0, captured: 0, oldest_wait_s: null, wait_doctor_p50_s: null, wait_doctor_p90_s: null, wait_terminal_p50_s: null, ...more,
})
const ids = (sites: readonly SiteFigures[], order: string): string[] => sorted(sites, order, (one) => one.name.en, 'en').map((one) => one.id)

describe('the table of sites', () => {
  const closed = site('closed', { state: 'closed', uptime: null })
  const calm = site('calm', { uptime: 0.5 })
  const waits = site('waits', { waiting: 2, oldest_wait_s: 900 })
  const lately = site('lately', { state: 'silent', silent_since: '2026-08-01T03:00:00Z' })
  const longest = site('longest', { state: 'silent', silent_since: '2026-08-01T01:00:00Z' })
  const bare = site('bare', { state: 'no_device', uptime: 0 })
  const all = [closed, calm, waits, lately, longest]

  it('begins with what needs somebody: the longest silent, then the longest wait', () => {
    expect(ids(all, '')).toEqual(['longest', 'lately', 'waits', 'calm', 'closed'])
    expect(ids([...all, bare], '').slice(0, 3)).toEqual(['longest', 'lately', 'bare'])
  })

  it('sorts either way, with what is not known last', () => {
    expect(ids([closed, calm, waits], 'uptime')).toEqual(['waits', 'calm', 'closed'])
    expect(ids([closed, calm, waits], '-uptime')).toEqual(['calm', 'waits', 'closed'])
    expect(ids([calm, waits], '-name')).toEqual(['waits', 'calm'])
  })

  it('turns a column over, and at the third press back to what needs somebody', () => {
    expect([turned('', 'waiting'), turned('waiting', 'waiting'), turned('-waiting', 'waiting'), turned('name', 'waiting')]).toEqual(['waiting', '-waiting', '', 'waiting'])
  })

  it('finds by name in either language, by code, by county and by division', () => {
    const named = [site('a', { name: { zh: '青山大药房', en: 'Qingshan Pharmacy' }, code: 'GZ001' }), site('b', { division: '520281' })]
    expect(found(named, ' 青山 ', '').map((one) => one.id)).toEqual(['a'])
    expect(found(named, 'pharm gz001', '').map((one) => one.id)).toEqual(['a'])
    expect(found(named, '520281', '').map((one) => one.id)).toEqual(['b'])
    const placed = [site('c', { county: { name: { zh: '石阡县', en: 'Shiqian County' }, city: { zh: '铜仁市', en: 'Tongren City' } } }), ...named]
    for (const asked of ['石阡', 'shiqian', '铜仁', 'tongren']) expect(found(placed, asked, '').map((one) => one.id)).toEqual(['c'])
    expect(found(all, '', 'silent')).toHaveLength(2)
  })

  it('is live, or says how it is not', () => {
    expect([freshness(false, 9_000), freshness(false, 26_000), freshness(true, 0)]).toEqual(['live', 'stale', 'offline'])
  })
})

describe('opening hours', () => {
  const hours = { mon: [['08:00', '12:00'], ['14:00', '24:00']], sun: [['20:00', '02:00']] } as const
  const week = weekOf({ mon: hours.mon.map(([a, b]) => [a, b]), sun: [['20:00', '02:00']] })

  it('come back as they were', () => {
    expect(hoursOf(week)).toEqual(hours)
  })

  it('count what goes over midnight', () => {
    expect(openMinutes(week)).toBe((4 + 10 + 6) * 60)
  })

  it('say which spans run into each other, also from Sunday night into Monday', () => {
    expect([...faults(week)]).toEqual([])
    const night = weekOf({ mon: [['01:00', '05:00'], ['04:00', '06:00'], ['09:00', '']], sun: [['20:00', '02:00']] })
    expect(Object.fromEntries(faults(night))).toEqual({ 'mon 0': 'overlap', 'mon 1': 'overlap', 'mon 2': 'unfinished', 'sun 0': 'overlap' })
  })

  it('offer the day first and then what follows the last span', () => {
    expect(nextSpan([])).toEqual(['08:00', '20:00'])
    expect(nextSpan([['08:00', '12:00']])).toEqual(['12:00', ''])
  })

  it('are copied without being shared', () => {
    const now = copied(week, 'mon', ['tue'])
    expect(now.tue).toEqual(week.mon)
    expect(now.tue[0]).not.toBe(week.mon[0])
  })
})
