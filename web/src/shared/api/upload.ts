/**
 * A file on its way up, in pieces: after a line that broke, or a page that was loaded anew, it goes on where it stopped.
 * Each piece by XMLHttpRequest, since fetch tells nothing of an upload's progress.
 */

import { API, csrfToken, http } from './http'
import { ApiProblem, asProblem, offline, problemFrom } from './problem'

export type FileKind = 'picture' | 'document' | 'voice' | 'sheet'

export interface Picture {
  id: string
  width: number
  height: number
  bytes: number
}

/** What does not apply to the kind is 0 or empty; `sha256` is of the bytes as they were sent. */
export interface FileCard extends Picture {
  kind: FileKind
  name: string
  pages: number
  milliseconds: number
  sha256: string
}

interface UploadState {
  offset: number
  bytes: number
  file: FileCard | null
}

export interface Upload {
  done: Promise<FileCard>
  /** What is up stays there: the next upload under this key goes on from it. */
  stop: () => void
}

const SMALLEST = 64 * 1024
const FIRST = 256 * 1024
/** The server takes no larger piece. */
const LARGEST = 1024 * 1024
/** A piece should take about so long: a short one wastes round trips, a long one is lost with the line. */
const GOOD_MS = 3_000
const PATIENCE_MS = 60_000
const TRIES = 3
const AGAIN_MS = 1_000
/** Worth another try at once; a full disk (507) is not. */
const PASSING = new Set([0, 502, 503, 504])

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Empty where the page is neither https nor localhost: then the server has only its own to go by. */
async function sha256(file: Blob): Promise<string> {
  const subtle = (crypto as { subtle?: SubtleCrypto }).subtle
  if (!subtle) return ''
  const digest = new Uint8Array(await subtle.digest('SHA-256', await file.arrayBuffer()))
  return [...digest].map((b) => b.toString(16).padStart(2, '0')).join('')
}

class Carrier {
  private readonly file: Blob
  private readonly path: string
  private readonly told: { kind: FileKind; name: string }
  private readonly progress: (share: number) => void
  private request: XMLHttpRequest | null = null
  private isStopped = false
  private size = FIRST

  constructor(file: Blob, key: string, told: { kind: FileKind; name: string }, progress: (share: number) => void) {
    this.file = file
    this.path = `/uploads/${key}`
    this.told = told
    this.progress = progress
  }

  stop(): void {
    this.isStopped = true
    this.request?.abort()
  }

  async carry(): Promise<FileCard> {
    const body = { ...this.told, bytes: this.file.size, sha256: await sha256(this.file) }
    let state = await this.begin(body)
    for (let tries = 0; ; ) {
      if (state.file) return state.file
      this.progress(state.offset / this.file.size)
      try {
        state = await this.piece(state.offset)
        tries = 0
      } catch (error) {
        const problem = asProblem(error)
        tries += 1
        if (this.isStopped || tries >= TRIES || !(PASSING.has(problem.status) || problem.code === 'offset_moved')) throw problem
        this.size = Math.max(SMALLEST, this.size / 2)
        await new Promise((done) => setTimeout(done, AGAIN_MS * tries))
        state = await this.begin(body)
      }
    }
  }

  private begin(body: unknown): Promise<UploadState> {
    if (this.isStopped) throw offline()
    return http.put<UploadState>(this.path, body)
  }

  private async piece(offset: number): Promise<UploadState> {
    if (this.isStopped) throw offline()
    const piece = this.file.slice(offset, offset + this.size)
    const began = performance.now()
    const state = await this.send(piece, offset)
    const took = performance.now() - began
    if (took < GOOD_MS / 2) this.size = Math.min(LARGEST, this.size * 2)
    else if (took > GOOD_MS * 2) this.size = Math.max(SMALLEST, this.size / 2)
    return state
  }

  private send(piece: Blob, offset: number): Promise<UploadState> {
    const request = new XMLHttpRequest()
    this.request = request
    return new Promise((resolve, reject) => {
      request.open('PATCH', API + this.path)
      request.timeout = PATIENCE_MS
      request.setRequestHeader('X-CSRFToken', csrfToken())
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
      request.setRequestHeader('Upload-Offset', String(offset))
      request.upload.onprogress = (e) => this.progress((offset + e.loaded) / this.file.size)
      request.onerror = request.onabort = request.ontimeout = () => reject(offline())
      request.onload = () => {
        const body = parsed(request.responseText)
        if (request.status < 300) resolve(body as UploadState)
        else reject(problemFrom(request.status, body))
      }
      request.send(piece)
    })
  }
}

/** `key` is a UUID that names the file: the same key again is the same upload. */
export function uploadFile(file: Blob, key: string, told: { kind: FileKind; name?: string }, progress: (share: number) => void): Upload {
  const carrier = new Carrier(file, key, { kind: told.kind, name: told.name ?? '' }, progress)
  return { done: carrier.carry(), stop: () => carrier.stop() }
}

/** The person does not want it any more; what the server never hears of it prunes by itself. */
export async function forgetUpload(key: string): Promise<void> {
  await http.delete(`/uploads/${key}`).catch((error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error
  })
}
