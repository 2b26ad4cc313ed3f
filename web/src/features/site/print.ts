/** Prints a paper of the house: fetched with the session, printed from a frame that nobody sees. */

import { bodyOf, exchange } from '@/shared/api/http'
import { problemFrom } from '@/shared/api/problem'

/** A dialog may stand open for long; the paper leaves the memory afterwards. */
const KEPT_MS = 10 * 60_000
let last: { frame: HTMLIFrameElement; url: string } | null = null

function clear(): void {
  last?.frame.remove()
  if (last) URL.revokeObjectURL(last.url)
  last = null
}

/** Raises: ApiProblem, in the house's words why it cannot be printed. Resolves when the browser's print dialog was asked for. */
export async function printPaper(path: string): Promise<void> {
  const response = await exchange('GET', path)
  if (!response.ok) throw problemFrom(response.status, await bodyOf(response))
  clear()
  const url = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: 'application/pdf' }))
  const frame = document.createElement('iframe')
  frame.title = 'print'
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  // Not display: none, of which some browsers print an empty page.
  frame.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;border:0;opacity:0'
  frame.src = url
  last = { frame, url }
  await new Promise<void>((done) => {
    frame.addEventListener('load', () => done(), { once: true })
    document.body.append(frame)
  })
  frame.contentWindow?.focus()
  frame.contentWindow?.print()
  setTimeout(clear, KEPT_MS)
}
