/** A phone number as people write it, to E.164; a number without a country is Chinese. */
export function internationalPhone(written: string): string | null {
  const bare = written.replace(/[\s\-()（）]/g, '').replace(/^00/, '+')
  if (/^1[3-9]\d{9}$/.test(bare)) return `+86${bare}`
  if (/^86(1[3-9]\d{9})$/.test(bare)) return `+${bare}`
  return /^\+[1-9]\d{6,14}$/.test(bare) ? bare : null
}
