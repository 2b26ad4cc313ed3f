import { beforeEach, describe, expect, it, vi } from 'vitest'

import { isOwnPath, listenForPush, read, shows } from './push'

const HOME = 'https://hospital.example'

interface Page {
  url: string
  visibilityState: string
  focused: boolean
  postMessage: ReturnType<typeof vi.fn>
  focus: ReturnType<typeof vi.fn>
}
const page = (path: string, visible = true): Page => ({
  url: HOME + path,
  visibilityState: visible ? 'visible' : 'hidden',
  focused: visible,
  postMessage: vi.fn(),
  focus: vi.fn(() => Promise.resolve()),
})

let pages: Page[]
let heard: Map<string, (event: unknown) => void>
const showNotification = vi.fn(() => Promise.resolve())
const openWindow = vi.fn(() => Promise.resolve(null))

async function fire(kind: string, event: object): Promise<void> {
  let done: Promise<unknown> = Promise.resolve()
  heard.get(kind)?.({ ...event, waitUntil: (promise: Promise<unknown>) => (done = promise) })
  await done
}
const push = (told: object | string | null): Promise<void> =>
  fire('push', { data: told === null ? null : { text: () => (typeof told === 'string' ? told : JSON.stringify(told)) } })
const tap = (link: unknown): Promise<void> => fire('notificationclick', { notification: { close: vi.fn(), data: { link } } })
const TOLD = { id: '1', title: '杏林', body: '医生给您发来了新消息。', link: '/visits/7', lang: 'zh-CN' }

beforeEach(() => {
  pages = []
  heard = new Map()
  showNotification.mockClear()
  openWindow.mockClear()
  listenForPush({
    addEventListener: (kind: string, act: (event: unknown) => void) => heard.set(kind, act),
    clients: { matchAll: () => Promise.resolve(pages), openWindow },
    registration: { showNotification },
  } as unknown as ServiceWorkerGlobalScope)
})

describe('a push', () => {
  it('is shown, and tells every page of it', async () => {
    pages = [page('/', false)]
    await push(TOLD)
    expect(showNotification).toHaveBeenCalledWith('杏林', expect.objectContaining({ body: TOLD.body, tag: '/visits/7', data: { link: '/visits/7' } }))
    expect(pages[0]?.postMessage).toHaveBeenCalledWith({ kind: 'notice', link: '/visits/7' })
  })

  it('is not shown on top of the page it leads to, while that is being looked at', async () => {
    pages = [page('/visits/7')]
    await push(TOLD)
    expect(showNotification).not.toHaveBeenCalled()
    pages = [page('/visits/7', false), page('/visits/8')]
    await push(TOLD)
    expect(showNotification).toHaveBeenCalledOnce()
  })

  it.each([null, '', 'no json', '[]', 'null', { title: 1 }])('that nobody can read still says that there is something: %j', async (told) => {
    await push(told)
    expect(showNotification).toHaveBeenCalledWith(expect.stringContaining('杏林'), expect.objectContaining({ data: { link: '/notices' } }))
  })

  it('to a doctor is not shown while any page of the workbench is seen', () => {
    expect(shows(page('/staff/board'), '/staff')).toBe(true)
    expect(shows(page('/staffing'), '/staff')).toBe(false)
    expect(shows(page('/staff', false), '/staff')).toBe(false)
  })
})

describe('a tap', () => {
  it('brings an open page there, without loading it anew', async () => {
    pages = [page('/staff'), page('/', false)]
    await tap('/visits/7')
    expect(pages[1]?.postMessage).toHaveBeenCalledWith({ kind: 'open', link: '/visits/7' })
    expect(pages[1]?.focus).toHaveBeenCalled()
    expect(pages[0]?.postMessage).not.toHaveBeenCalled()
  })

  it('opens one where none is', async () => {
    await tap('/visits/7')
    expect(openWindow).toHaveBeenCalledWith('/visits/7')
  })

  it.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'visits', 7, undefined])('never leads out of the house: %j', async (link) => {
    expect(isOwnPath(link)).toBe(false)
    await tap(link)
    expect(openWindow).toHaveBeenCalledWith('/notices')
  })
})

it('reads only what it knows', () => {
  expect(read(JSON.stringify({ ...TOLD, link: 'https://elsewhere.example' })).link).toBe('/notices')
})
