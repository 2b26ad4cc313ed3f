import { describe, expect, it } from 'vitest'

import { isAppPage, isForeign, isSitePage } from './reach'

const HOME = 'https://hospital.example'

describe('the reach of the service worker', () => {
  it.each(['/', '/visits', '/visits/0190', '/ask/1', '/index.html', '/staffing', '/sites'])('%s is a page of the app', (path) => expect(isAppPage(path)).toBe(true))

  it.each(['/staff', '/staff/board', '/staff.html', '/demo/inbox', '/site', '/site/new', '/site.html', '/api/v1/session', '/files/x', '/join/room', '/agree', '/live', '/admin/', '/assets/a.js', '/sw.js'])(
    '%s is not',
    (path) => expect(isAppPage(path)).toBe(false),
  )

  it('of a counter is the pages of the counter', () => {
    for (const path of ['/site', '/site/', '/site/new', '/site.html']) expect(isSitePage(path)).toBe(true)
    for (const path of ['/', '/sites', '/counter.js', '/api/v1/site/today', '/staff']) expect(isSitePage(path)).toBe(false)
  })

  it('leaves alone what a page of staff or of a site asks for', () => {
    expect(isForeign(`${HOME}/staff/board`, HOME)).toBe(true)
    expect(isForeign(`${HOME}/site/`, HOME)).toBe(true)
    expect(isForeign(`${HOME}/visits`, HOME)).toBe(false)
    expect(isForeign('', HOME)).toBe(false)
  })
})
