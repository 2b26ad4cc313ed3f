/** Which sheet of a visit the doctor looked at last: another tab of the column may be read meanwhile. */

const chosen = new Map<string, string>()

export function lastOpen(visit: string, id?: string | null): string | null {
  if (id === null) chosen.delete(visit)
  else if (id !== undefined) chosen.set(visit, id)
  return chosen.get(visit) ?? null
}
