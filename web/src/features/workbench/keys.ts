/** The next or the previous of a list; the first when none of it is chosen. */
export function neighbour(ids: readonly string[], chosen: string | null, step: 1 | -1): string | undefined {
  const at = chosen === null ? -1 : ids.indexOf(chosen)
  if (at < 0) return ids[0]
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))]
}
