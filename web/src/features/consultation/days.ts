/** The numbers of the messages with which another day begins, as this device's clock has days. */
export function dayBegins(messages: readonly { seq: number; at: string }[]): Set<number> {
  const found = new Set<number>()
  let before = messages[0] ? new Date(messages[0].at).toDateString() : ''
  for (const { seq, at } of messages) {
    const day = new Date(at).toDateString()
    if (day !== before) found.add(seq)
    before = day
  }
  return found
}
