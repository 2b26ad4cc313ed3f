import { expect, it } from 'vitest'

import { currentCheck } from './passed'

const good = { camera: 'good', microphone: 'good', network: 'done', verdict: 'good' } as const

it('says what a check came to only when all of it is known', () => {
  expect(currentCheck(undefined)).toBeNull()
  expect(currentCheck({ ...good, camera: 'asking' })).toBeNull()
  expect(currentCheck({ ...good, network: 'measuring' })).toBeNull()
  expect(currentCheck(good)?.all).toBe(true)
  expect(currentCheck({ ...good, verdict: 'poor' })?.all).toBe(true)
})

it('names what is missing', () => {
  expect(currentCheck({ ...good, camera: 'fault' })).toEqual({ camera: false, microphone: true, network: true, all: false })
  expect(currentCheck({ ...good, verdict: 'down' })).toMatchObject({ network: false, all: false })
})
