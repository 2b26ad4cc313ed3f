// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { cameraFault, draw, jpegOf, letGo, openCamera, sizeOf, wipe } from './camera'

interface Words {
  face: Record<string, string>
}
const words = (locale: string): Words => JSON.parse(readFileSync(join(import.meta.dirname, `texts/${locale}.json`), 'utf8')) as Words
const ask = vi.fn()
const devices = (value: unknown): void => void Object.defineProperty(navigator, 'mediaDevices', { value, configurable: true })

beforeEach(() => {
  vi.stubGlobal('isSecureContext', true)
  devices({ getUserMedia: ask })
  ask.mockReset()
})
afterEach(() => vi.unstubAllGlobals())

const faultOf = (opened: Promise<unknown>): Promise<string> => opened.then(() => 'none of them', cameraFault)

describe('a camera that is not there for us', () => {
  it('is told apart', async () => {
    ask.mockRejectedValue(new DOMException('', 'NotReadableError'))
    expect(await faultOf(openCamera())).toBe('busy')
  })

  it('is not asked for on a page without https', async () => {
    vi.stubGlobal('isSecureContext', false)
    expect(await faultOf(openCamera())).toBe('insecure')
    expect(ask).not.toHaveBeenCalled()
  })

  it('may be unknown to the browser', async () => {
    devices(undefined)
    expect(await faultOf(openCamera())).toBe('unable')
    expect(cameraFault('odd')).toBe('unable')
  })

  it.each(['refused', 'none', 'busy', 'insecure', 'unable'] as const)('is told in words that lead to another way: %s', (fault) => {
    expect(words('zh').face[`fault_${fault}`]).toContain('验证码')
    expect(words('en').face[`fault_${fault}`]).toContain('code')
  })
})

it('only the camera of the face is asked for, without sound, and let go of', async () => {
  const tracks = [{ stop: vi.fn() }, { stop: vi.fn() }]
  ask.mockResolvedValue({ getTracks: () => tracks })
  letGo(await openCamera())
  expect(ask.mock.calls[0]?.[0]).toMatchObject({ audio: false, video: { facingMode: 'user' } })
  for (const track of tracks) expect(track.stop).toHaveBeenCalledOnce()
  letGo(null)
})

it.each([
  [640, 480, 640, 480],
  [1920, 1080, 640, 360],
  [1080, 1920, 360, 640],
  [320, 240, 320, 240],
])('a picture of %i x %i goes as %i x %i', (width, height, ...sent) => {
  expect(sizeOf(width, height)).toEqual(sent)
})

it('what the camera sees is drawn, sent as bare base64, and wiped', () => {
  const drawImage = vi.fn()
  const canvas = { width: 0, height: 0, getContext: () => ({ drawImage }), toDataURL: (kind: string) => `data:${kind};base64,/9j/4A==` }
  const drawn = canvas as unknown as HTMLCanvasElement
  expect(draw({ videoWidth: 0, videoHeight: 0 } as HTMLVideoElement, drawn)).toBe(false)
  expect(draw({ videoWidth: 1280, videoHeight: 720 } as HTMLVideoElement, drawn)).toBe(true)
  expect([canvas.width, canvas.height]).toEqual([640, 360])
  expect(drawImage).toHaveBeenCalledOnce()
  expect(jpegOf(drawn)).toBe('/9j/4A==')
  wipe(drawn)
  expect([canvas.width, canvas.height]).toEqual([0, 0])
  wipe(undefined)
})
