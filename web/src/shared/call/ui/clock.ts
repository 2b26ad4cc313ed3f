const SECOND_MS = 1000

/** Of the service clock, which the house has counted to `ms` when it last began to run. `04:07`, or `1:04:07`. */
export function clockWords(ms: number, runningSince: string | null, now: number): string {
  const run = runningSince === null ? 0 : Math.max(0, now - Date.parse(runningSince))
  const seconds = Math.floor((ms + run) / SECOND_MS)
  const two = (n: number): string => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
}
