/** Why a socket does not open: a network that answers in our name wants its own sign-in page to be seen first. */

const HEALTH = '/healthz'
const WITHIN_MS = 3_000

export type Answer = 'house' | 'stranger' | 'nobody'

/** `house` also when it answers that it is not well: a restart is no stranger. */
export async function whoAnswers(ask: typeof fetch = fetch): Promise<Answer> {
  try {
    const answer = await ask(HEALTH, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) })
    if (answer.type === 'opaqueredirect') return 'stranger'
    if (answer.status >= 500) return 'house'
    const body: unknown = await answer.json().catch(() => null)
    return typeof body === 'object' && body !== null && 'status' in body ? 'house' : 'stranger'
  } catch {
    return 'nobody'
  }
}
