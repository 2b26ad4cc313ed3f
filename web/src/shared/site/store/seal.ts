/** AES-GCM over what is kept: a fresh IV each time, and what the thing is, whose and where, is sealed with it. */

export const ROUNDS = 600_000

export interface Box {
  iv: Uint8Array<ArrayBuffer>
  sealed: ArrayBuffer
}

/** Which thing this is: a box that was put in another's place does not open. */
export interface Label {
  kind: 'capture' | 'picture' | 'station' | 'key'
  id: string
  site: string
  staff: string
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const named = (label: Label): Uint8Array<ArrayBuffer> => bytesOf(JSON.stringify([label.kind, label.id, label.site, label.staff]))

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** The key cannot be read out again, not even by this page. */
export async function keyOf(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** From a password: slow on purpose. */
export async function keyOfPassword(password: string, salt: Uint8Array<ArrayBuffer>, rounds = ROUNDS): Promise<CryptoKey> {
  const words = await crypto.subtle.importKey('raw', bytesOf(password.normalize('NFKC')), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, words, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

export async function seal(key: CryptoKey, label: Label, content: BufferSource): Promise<Box> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: named(label) }, key, content) }
}

/** Null where it does not open: another key, another label, or changed bytes. */
export async function open(key: CryptoKey, label: Label, box: Box): Promise<ArrayBuffer | null> {
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: box.iv, additionalData: named(label) }, key, box.sealed)
  } catch {
    return null
  }
}

export const sealJson = (key: CryptoKey, label: Label, value: unknown): Promise<Box> => seal(key, label, bytesOf(JSON.stringify(value)))

export async function openJson<T>(key: CryptoKey, label: Label, box: Box): Promise<T | null> {
  const found = await open(key, label, box)
  return found && (JSON.parse(new TextDecoder().decode(found)) as T)
}
