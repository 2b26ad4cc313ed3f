import { afterEach, describe, expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'

import { assumeSession, forgetSession, type Account } from '../api/session'
import { followElder, useElder } from './elder'

const person = (id: string): Account => ({ id, display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })

afterEach(() => {
  forgetSession()
  localStorage.clear()
})

describe('the elder mode', () => {
  it('is chosen before signing in, and kept for each account of the device', async () => {
    const scope = effectScope()
    scope.run(followElder)
    const { elder, choose } = useElder()
    choose({ on: true })
    expect(document.documentElement.classList.contains('elder')).toBe(true)
    assumeSession(person('li'))
    await nextTick()
    expect(elder.on).toBe(true)
    choose({ on: true, aloud: true })
    forgetSession()
    await nextTick()
    assumeSession(person('wang'))
    await nextTick()
    choose({ on: false })
    expect(document.documentElement.classList.contains('elder')).toBe(false)
    forgetSession()
    await nextTick()
    assumeSession(person('li'))
    await nextTick()
    expect({ ...elder }).toEqual({ on: true, aloud: true })
    scope.stop()
  })
})
