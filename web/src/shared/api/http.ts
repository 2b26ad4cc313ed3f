/** One way to the server: the CSRF header, an Idempotency-Key on every POST, problems thrown as `ApiProblem`. */

import { hearTime } from '../live/houseclock'
import { offline, problemFrom } from './problem'

export const API = '/api/v1'
const PATIENCE_MS = 20_000
const GATEWAY_ERRORS = new Set([502, 503, 504])

export interface Options {
  body?: unknown
  /** Names the act: the same key for every retry of it. Made afresh when missing. */
  key?: string
  signal?: AbortSignal
}

let language = 'zh'

export function speak(locale: string): void {
  language = locale
}

export function csrfToken(): string {
  return /(?:^|;\s*)csrf=([^;]+)/.exec(document.cookie)?.[1] ?? ''
}

export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  // randomUUID exists only on https and localhost; a ward's test machine may be neither.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function headers(method: string, options: Options): Headers {
  const found = new Headers({ Accept: 'application/json', 'Accept-Language': language })
  if (method === 'GET') return found
  found.set('X-CSRFToken', csrfToken())
  if (options.body !== undefined) found.set('Content-Type', 'application/json')
  if (method === 'POST') found.set('Idempotency-Key', options.key ?? newKey())
  return found
}

/** The bare exchange: never throws for a status, only for a line that is down. */
export async function exchange(method: string, path: string, options: Options = {}): Promise<Response> {
  const signals = [AbortSignal.timeout(PATIENCE_MS), ...(options.signal ? [options.signal] : [])]
  try {
    const response = await fetch(path, {
      method,
      headers: headers(method, options),
      credentials: 'same-origin',
      signal: AbortSignal.any(signals),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    hearTime(response.headers.get('Date') ?? '')
    return response
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw offline()
  }
}

export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!text) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

async function once(method: string, path: string, options: Options): Promise<unknown> {
  const response = await exchange(method, API + path, options)
  const body = await bodyOf(response)
  if (!response.ok) throw problemFrom(response.status, body)
  return body
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Tries again while the door says "in a moment"; safe because the key makes a repeated POST one act. */
async function send(method: string, path: string, options: Options): Promise<unknown> {
  const keyed = method === 'POST' ? { ...options, key: options.key ?? newKey() } : options
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(method, path, keyed)
    } catch (error) {
      const passing = error instanceof Error && 'status' in error && GATEWAY_ERRORS.has(error.status as number)
      if (!passing || attempt >= 2) throw error
      await pause(300 * 2 ** attempt * (0.5 + Math.random()))
    }
  }
}

export const http = {
  get: <T>(path: string, signal?: AbortSignal): Promise<T> => send('GET', path, signal ? { signal } : {}) as Promise<T>,
  post: <T>(path: string, body?: unknown, key?: string): Promise<T> =>
    send('POST', path, { body: body ?? {}, ...(key ? { key } : {}) }) as Promise<T>,
  put: <T>(path: string, body: unknown): Promise<T> => send('PUT', path, { body }) as Promise<T>,
  patch: <T>(path: string, body: unknown): Promise<T> => send('PATCH', path, { body }) as Promise<T>,
  delete: <T>(path: string): Promise<T> => send('DELETE', path, {}) as Promise<T>,
}
