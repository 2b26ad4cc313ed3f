/** The chain that binds the chunks of a segment: each hash takes in the one before it. */

export const CHAIN_START = '00'.repeat(32)

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** SHA256(chain so far || hash of the chunk), as bytes, not as hex. */
export function chained(chain: string, hash: string): Promise<string> {
  return sha256(bytesOf(chain + hash))
}
