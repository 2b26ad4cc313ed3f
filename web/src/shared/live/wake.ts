/** Signs that the line may have changed under us: a phone that slept, another network, a page that comes back from the cache. */

export interface Signs {
  /** Something may be dead that looks alive. */
  woke: () => void
  lost: () => void
  /** The page is about to stand still: sockets and locks do not survive it. */
  sleeps: () => void
}

const TICK_MS = 5_000
const SLEPT_MS = 20_000

interface Connection extends EventTarget {
  readonly type?: string
}

/** Timers stand still in sleep, clocks do not: a long tick was a sleep, even where no event says so. */
function watchForGaps(slept: () => void): () => void {
  let last = Date.now()
  const timer = setInterval(() => {
    const gap = Date.now() - last
    last = Date.now()
    if (gap > SLEPT_MS) slept()
  }, TICK_MS)
  return () => clearInterval(timer)
}

export function watchSigns(signs: Signs): () => void {
  const visible = (): void => {
    if (document.visibilityState === 'visible') signs.woke()
  }
  const hidden = (event: PageTransitionEvent): void => {
    if (event.persisted) signs.sleeps()
  }
  const connection = (navigator as { connection?: Connection }).connection
  const heard: [EventTarget | undefined, string, EventListener][] = [
    [window, 'online', signs.woke],
    [window, 'offline', signs.lost],
    [window, 'pageshow', signs.woke],
    [window, 'pagehide', hidden as EventListener],
    [document, 'visibilitychange', visible],
    [document, 'resume', signs.woke],
    [document, 'freeze', signs.sleeps],
    [connection, 'change', signs.woke],
  ]
  for (const [where, what, act] of heard) where?.addEventListener(what, act)
  const still = watchForGaps(signs.woke)
  return () => {
    still()
    for (const [where, what, act] of heard) where?.removeEventListener(what, act)
  }
}
