// @vitest-environment happy-dom
import { createHash } from 'node:crypto'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { uploadFile } from './upload'

/** A house that keeps pieces; `cuts` pieces are lost with their line, half of each having arrived nowhere. */
class House {
  kept = new Uint8Array(0)
  total = 0
  sha = ''
  cuts = 0
  refuses: { status: number; code: string } | null = null
  readonly sizes: number[] = []
  begun = 0

  get state() {
    const isWhole = this.kept.length === this.total
    const sha256 = createHash('sha256').update(this.kept).digest('hex')
    return { offset: this.kept.length, bytes: this.total, file: isWhole ? { id: 'f1', sha256 } : null }
  }

  begin(body: { bytes: number; sha256: string }) {
    this.begun += 1
    this.total = body.bytes
    this.sha = body.sha256
    return Response.json(this.state)
  }
}

let house: House

class FakeRequest {
  upload = {} as { onprogress?: (e: { loaded: number }) => void }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  onabort: (() => void) | null = null
  status = 0
  responseText = ''
  private readonly headers = new Map<string, string>()
  private isAborted = false

  open(): void {}
  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value)
  }
  abort(): void {
    this.isAborted = true
    this.onabort?.()
  }
  send(piece: Blob): void {
    void piece.arrayBuffer().then((buffer) => {
      if (this.isAborted) return
      this.upload.onprogress?.({ loaded: buffer.byteLength / 2 })
      if (house.cuts > 0) {
        house.cuts -= 1
        this.onerror?.()
        return
      }
      house.sizes.push(buffer.byteLength)
      if (house.refuses) {
        this.status = house.refuses.status
        this.responseText = JSON.stringify({ ...house.refuses, text: { zh: '不行', en: 'no' } })
      } else {
        expect(Number(this.headers.get('Upload-Offset'))).toBe(house.kept.length)
        house.kept = new Uint8Array([...house.kept, ...new Uint8Array(buffer)])
        this.status = 200
        this.responseText = JSON.stringify(house.state)
      }
      this.onload?.()
    })
  }
}

const bytes = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31) % 251)
const file = new Blob([bytes])
const sent = createHash('sha256').update(bytes).digest('hex')

beforeEach(() => {
  house = new House()
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
  vi.stubGlobal('fetch', (_path: string, init: { body: string }) => Promise.resolve(house.begin(JSON.parse(init.body) as never)))
})
afterEach(() => vi.unstubAllGlobals())

describe('a file in pieces', () => {
  it('arrives as it was sent, and says how far it is', async () => {
    const shares: number[] = []
    const done = await uploadFile(file, 'k1', { kind: 'picture' }, (share) => shares.push(share)).done
    expect(done.sha256).toBe(sent)
    expect(house.sha).toBe(sent)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
  })

  it('goes on where a line broke, with smaller pieces', async () => {
    house.cuts = 2
    const done = await uploadFile(file, 'k1', { kind: 'picture' }, () => undefined).done
    expect(done.sha256).toBe(sent)
    expect(house.begun).toBe(3)
    expect(house.sizes[0]).toBe(64 * 1024)
  }, 10_000)

  it('goes on after a reload from what is there', async () => {
    house.kept = bytes.slice(0, 600_000)
    const done = await uploadFile(file, 'k1', { kind: 'document', name: 'a.pdf' }, () => undefined).done
    expect(done.sha256).toBe(sent)
    expect(house.sizes).toEqual([100_000])
  })

  it('is given up after three tries without a line, and nothing of it is lost', async () => {
    house.cuts = 3
    await expect(uploadFile(file, 'k1', { kind: 'picture' }, () => undefined).done).rejects.toMatchObject({ code: 'offline' })
  }, 10_000)

  it('is refused once, in the words of the house', async () => {
    for (const refuses of [{ status: 422, code: 'not_a_picture' }, { status: 507, code: 'storage_full' }]) {
      house = new House()
      house.refuses = refuses
      await expect(uploadFile(file, 'k1', { kind: 'picture' }, () => undefined).done).rejects.toMatchObject(refuses)
      expect(house.sizes).toHaveLength(1)
    }
  })

  it('stops when it is told to', async () => {
    const upload = uploadFile(file, 'k1', { kind: 'picture' }, () => upload.stop())
    await expect(upload.done).rejects.toMatchObject({ code: 'offline' })
  })
})
