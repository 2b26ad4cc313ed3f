import { describe, expect, it } from 'vitest'

import type { PeerOut, SeatOut, SeatRole } from '../types'
import { placeOf } from './refusals'
import { arrange, initials, tellsRole, tilesOf, type Me, type Seen } from './tiles'
import { byKey, nearest } from './useCorner'

const name = (zh: string) => ({ zh, en: zh })
const me: Me = { seat: 'p', role: 'patient', name: name('张三'), sends: true }
const stream = {} as MediaStream

function seat(id: string, role: SeatRole, change: Partial<SeatOut> = {}): SeatOut {
  return { id, person: id, role, name: name(id), is_main: role === 'doctor', sends: true, here: true, line: 1, muted: false, camera: true, screen: false, audio_only: false, recording: 'off', ...change }
}
function seen(seats: SeatOut[], change: Partial<Seen> = {}): Seen {
  const peers = new Map<string, PeerOut>(seats.map(({ id }) => [id, { stream, connection: 'connected' }]))
  return { seats, peers, local: stream, muted: false, camera: true, sharing: false, mode: 'video', ...change }
}
const ids = (tiles: readonly { id: string }[]): string[] => tiles.map((tile) => tile.id)

describe('who is shown in a call', () => {
  it('shows the other large and oneself small', () => {
    const { large, small } = arrange(tilesOf(seen([seat('d', 'doctor')]), me), null)
    expect([ids(large), ids(small)]).toEqual([['d'], ['p']])
  })
  it('gives two others the same room', () => {
    const { large, small } = arrange(tilesOf(seen([seat('d', 'doctor'), seat('s', 'specialist')]), me), null)
    expect([ids(large), ids(small)]).toEqual([['d', 's'], ['p']])
  })
  it('shows the tapped one large, and the others small', () => {
    const { large, small } = arrange(tilesOf(seen([seat('d', 'doctor'), seat('s', 'specialist')]), me), 'p')
    expect([ids(large), ids(small)]).toEqual([['p'], ['d', 's']])
  })
  it('puts a shared screen first, but never one’s own', () => {
    const other = arrange(tilesOf(seen([seat('d', 'doctor'), seat('s', 'specialist', { screen: true })]), me), null)
    expect(ids(other.large)).toEqual(['s'])
    const own = arrange(tilesOf(seen([seat('d', 'doctor')], { sharing: true }), me), null)
    expect(ids(own.large)).toEqual(['d'])
  })
  it('shows oneself while nobody else is there', () => {
    expect(arrange(tilesOf(seen([]), me), null)).toMatchObject({ large: [{ id: 'p' }], small: [] })
  })
  it('never shows who only listens, hidden or not', () => {
    expect(ids(tilesOf(seen([seat('q', 'observer', { sends: false }), seat('h', 'observer', { is_hidden: true })]), me))).toEqual(['p'])
  })
  it('gives an observer no picture of their own', () => {
    expect(ids(tilesOf(seen([seat('d', 'doctor')]), { ...me, role: 'observer', sends: false }))).toEqual(['d'])
  })
  it('tells a line that is down from media that have not come yet', () => {
    const [away] = tilesOf(seen([seat('d', 'doctor', { here: false })]), me)
    const [failed] = tilesOf(seen([seat('d', 'doctor')], { peers: new Map([['d', { stream, connection: 'failed' }]]) }), me)
    const [joining] = tilesOf(seen([seat('d', 'doctor')], { peers: new Map() }), me)
    expect([away?.isAway, failed?.isAway, joining?.isAway, joining?.isJoining]).toEqual([true, true, false, true])
  })
  it('has no picture of somebody who speaks only', () => {
    const [doctor, own] = tilesOf(seen([seat('d', 'doctor', { audio_only: true })], { mode: 'audio', camera: false }), me)
    expect([doctor?.hasPicture, own?.hasPicture]).toEqual([false, false])
  })
  it('shows one’s own picture as long as the camera runs, also where a weak line carries none', () => {
    expect(tilesOf(seen([], { mode: 'audio', camera: true }), me)[0]?.hasPicture).toBe(true)
  })
  it('says what somebody is once', () => {
    expect([tellsRole('丁聆音医生', 'doctor', '医生'), tellsRole('苏明（亲属）', 'guest', '家属'), tellsRole('苏**', 'patient', '患者')]).toEqual([true, true, false])
  })
  it('stands for a face by the letters of the name', () => {
    expect(['王医生', 'Chen Wei', 'Dr Ding Lingyin', 'Anna', ''].map(initials)).toEqual(['王', 'CW', 'DL', 'A', ''])
  })
})

describe('the small picture', () => {
  it('falls into the nearest corner', () => {
    expect(nearest(300, 100, 390, 800)).toEqual({ right: true, bottom: false })
    expect(nearest(80, 700, 390, 800)).toEqual({ right: false, bottom: true })
  })
  it('goes where the arrow keys point', () => {
    expect(byKey({ right: true, bottom: false }, 'ArrowDown')).toEqual({ right: true, bottom: true })
    expect(byKey({ right: true, bottom: false }, 'Enter')).toBeNull()
  })
})

describe('where a browser allows the camera again', () => {
  const agents: [string, number, string][] = [
    ['Mozilla/5.0 (Linux; Android 13; V2118A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 XWEB/1160 MicroMessenger/8.0.47', 5, 'wechat_android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.48', 5, 'wechat_ios'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1', 5, 'ios_safari'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 CriOS/123.0 Mobile/15E148 Safari/604.1', 5, 'ios_app'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15', 5, 'ios_safari'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15', 0, 'safari'],
    ['Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 ArkWeb/4.1 Mobile', 5, 'android'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 0, 'firefox'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0', 0, 'desktop'],
    ['Lynx/2.8', 0, 'other'],
  ]
  it.each(agents)('knows %s', (agent, touchPoints, place) => expect(placeOf(agent, touchPoints)).toBe(place))
})
