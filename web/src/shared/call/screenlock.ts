/** A phone that lies on the table must not fall asleep in a call. */

interface Lock {
  release: () => Promise<void>
}
interface Wakeful {
  wakeLock?: { request: (kind: 'screen') => Promise<Lock> }
}

/** The browser lets go when the page is hidden: asked again when it is seen. */
export function keepAwake(): () => void {
  const { wakeLock } = navigator as unknown as Wakeful
  if (!wakeLock) return () => undefined
  const held: Lock[] = []
  const watching = new AbortController()
  const ask = (): void => {
    if (document.visibilityState !== 'visible') return
    wakeLock.request('screen').then(
      (given) => {
        if (watching.signal.aborted) void given.release()
        else held.push(given)
      },
      () => undefined,
    )
  }
  ask()
  document.addEventListener('visibilitychange', ask, { signal: watching.signal })
  return () => {
    watching.abort()
    for (const lock of held) void lock.release().catch(() => undefined)
  }
}
