/** Whether a patient holds this screen: for a page that opens without a line, when the house cannot say. Names nobody. */

const HELD = 'xinglin.site.pass'

export const holdsPass = (): boolean => localStorage.getItem(HELD) !== null

/** At the hand-over, and whenever the house has just said who is here. */
export function notePass(isHeld: boolean): void {
  if (isHeld) localStorage.setItem(HELD, '1')
  else localStorage.removeItem(HELD)
}
