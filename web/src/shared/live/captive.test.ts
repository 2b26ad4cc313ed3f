import { describe, expect, it } from 'vitest'

import { whoAnswers } from './captive'

const answering = (body: string, init: ResponseInit = {}) => (() => Promise.resolve(new Response(body, init))) as typeof fetch

describe('who answers', () => {
  it('is the house when it says how it is', async () => {
    expect(await whoAnswers(answering('{"status": "alive"}'))).toBe('house')
  })
  it('is the house when it is not well', async () => {
    expect(await whoAnswers(answering('<h1>Bad gateway</h1>', { status: 502 }))).toBe('house')
  })
  it('is a stranger when it is a page', async () => {
    expect(await whoAnswers(answering('<h1>Welcome to our Wi-Fi</h1>'))).toBe('stranger')
  })
  it('is a stranger when we are sent elsewhere', async () => {
    const elsewhere = { type: 'opaqueredirect', status: 0 } as Response
    expect(await whoAnswers(() => Promise.resolve(elsewhere))).toBe('stranger')
  })
  it('is nobody when nothing comes', async () => {
    expect(await whoAnswers(() => Promise.reject(new TypeError('no network')))).toBe('nobody')
  })
})
