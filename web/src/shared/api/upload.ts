/** A picture on its way up, with progress (fetch has none for uploads). */

import { API, csrfToken } from './http'
import { offline, problemFrom } from './problem'

export interface Picture {
  id: string
  width: number
  height: number
  bytes: number
}

export interface Upload {
  done: Promise<Picture>
  stop: () => void
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

export function uploadPicture(file: Blob, key: string, progress: (share: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<Picture>((resolve, reject) => {
    request.open('POST', `${API}/media`)
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.setRequestHeader('Idempotency-Key', key)
    request.upload.onprogress = (e) => {
      if (e.lengthComputable) progress(e.loaded / e.total)
    }
    request.onerror = () => reject(offline())
    request.onabort = () => reject(offline())
    request.onload = () => {
      const body = parsed(request.responseText)
      if (request.status < 300) resolve(body as Picture)
      else reject(problemFrom(request.status, body))
    }
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
  return { done, stop: () => request.abort() }
}
